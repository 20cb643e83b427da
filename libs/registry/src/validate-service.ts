import { duplicates, problemWithJoinKeyName, problemWithName } from './names.js';
import { didYouMean, shownName } from './nearest.js';
import { canonicalJson } from './canonical-json.js';
import { joinKeyConflicts, requestJoinKeys } from './request-join-keys.js';
import type { FeatureServiceSpec, FeatureViewDefinition, ServiceViewSpec } from './snapshot.js';
import type { ValidationScope } from './validation-scope.js';
import { joinKeysOf } from './validation-scope.js';

export function validateService(scope: ValidationScope, service: FeatureServiceSpec): void {
  const { report } = scope;
  const path = `featureServices.${service.name}`;
  report(path, problemWithName(service.name));
  if (service.views.length === 0) report(`${path}.features`, 'a feature service needs at least one feature');
  for (const item of service.views) validateItem(scope, path, item);
  const references = service.views.flatMap((item) => item.features.map((feature) => `${item.alias}:${feature}`));
  for (const reference of duplicates(references)) report(`${path}.features`, `${reference} is listed twice`);
  for (const alias of ambiguousAliases(service.views)) {
    report(`${path}.${alias}`, 'stands for two views or two sets of join keys; give each role a name of its own');
  }
  validateJoinKeys(scope, path, service);
}

function validateItem(scope: ValidationScope, path: string, item: ServiceViewSpec): void {
  const { report, views } = scope;
  const view = views.get(item.view);
  report(`${path}.features`, views.problemWith(item.view));
  if (item.alias !== item.view) report(`${path}.${item.alias}`, problemWithName(item.alias));
  if (view === undefined) return;
  if (item.features.length === 0) report(`${path}.features`, `${item.alias} is listed without features`);
  const known = view.features.map((each) => each.name);
  for (const name of item.features) {
    if (known.includes(name)) continue;
    const unknown = `unknown feature ${item.view}:${shownName(name)}`;
    report(`${path}.features`, unknown + didYouMean(name, known, `${item.view}:`));
  }
  validateMapping(scope, `${path}.${item.alias}.joinKeys`, { item, view });
}

interface Role {
  readonly item: ServiceViewSpec;
  readonly view: FeatureViewDefinition;
}

function validateMapping(scope: ValidationScope, path: string, { item, view }: Role): void {
  const { report } = scope;
  if (view.entities.some((name) => scope.entities.get(name) === undefined)) return;
  const keys = joinKeysOf(scope, view);
  const names = keys.map((key) => key.name);
  for (const [from, to] of Object.entries(item.joinKeys)) {
    if (!names.includes(from))
      report(`${path}.${from}`, `${item.view} has no such join key; it has ${names.join(', ')}`);
    report(`${path}.${from}`, problemWithJoinKeyName(to));
  }
  const requested = requestJoinKeys(keys, item.joinKeys).map((key) => key.requestName);
  for (const name of duplicates(requested)) report(path, `two join keys of ${item.view} would both be ${name}`);
}

function validateJoinKeys(scope: ValidationScope, path: string, service: FeatureServiceSpec): void {
  const parts = service.views.flatMap((item) => {
    const view = scope.views.get(item.view);
    if (view === undefined) return [];
    return [{ alias: item.alias, joinKeys: requestJoinKeys(joinKeysOf(scope, view), item.joinKeys) }];
  });
  for (const message of joinKeyConflicts(parts)) scope.report(`${path}.features`, message);
}

function ambiguousAliases(items: readonly ServiceViewSpec[]): string[] {
  const roles = new Map<string, Set<string>>();
  for (const { alias, view, joinKeys } of items) {
    roles.set(alias, (roles.get(alias) ?? new Set()).add(canonicalJson([view, joinKeys])));
  }
  return [...roles].flatMap(([alias, meanings]) => (meanings.size > 1 ? [alias] : []));
}
