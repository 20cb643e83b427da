import { problemWithCadence } from './cadence.js';
import { MAX_DURATION_SECONDS } from './duration.js';
import { duplicates, lookalikes, problemWithName } from './names.js';
import type { FeatureViewDefinition } from './snapshot.js';
import { problemsWithFilter } from './sql-text.js';
import { validateFeature } from './validate-feature.js';
import type { ValidationScope } from './validation-scope.js';
import { joinKeysOf } from './validation-scope.js';

export function validateFeatureView(scope: ValidationScope, view: FeatureViewDefinition): void {
  const { report } = scope;
  const path = `featureViews.${view.name}`;
  report(path, problemWithName(view.name));
  validateEntities(scope, path, view);
  report(`${path}.source`, scope.sources.problemWith(view.source));
  if (view.filter !== undefined) report(`${path}.filter`, ...problemsWithFilter(view.filter));
  validateFeatures(scope, path, view);
  validateRefresh(scope, path, view);
}

function validateEntities(scope: ValidationScope, path: string, view: FeatureViewDefinition): void {
  const { report } = scope;
  if (view.entities.length === 0) report(`${path}.entities`, 'a feature view needs at least one entity');
  const twice = duplicates(view.entities);
  for (const name of twice) report(`${path}.entities`, `${name} is listed twice`);
  for (const name of new Set(view.entities)) report(`${path}.entities`, scope.entities.problemWith(name));
  if (twice.length > 0) return;
  const keys = joinKeysOf(scope, view).map((key) => key.name);
  for (const name of duplicates(keys)) report(`${path}.entities`, `join key ${name} comes from two entities`);
}

function validateFeatures(scope: ValidationScope, path: string, view: FeatureViewDefinition): void {
  const { report } = scope;
  const names = view.features.map((each) => each.name);
  if (names.length === 0) report(`${path}.features`, 'a feature view needs at least one feature');
  for (const name of duplicates(names)) report(`${path}.features.${name}`, 'is defined twice');
  for (const [first, second] of lookalikes(names)) {
    report(`${path}.features.${second}`, `differs from ${first} only by underscores; give one of them another name`);
  }
  const joinKeys = joinKeysOf(scope, view).map((key) => key.name);
  for (const feature of view.features) validateFeature(scope, view, { feature, joinKeys });
}

function validateRefresh({ report, sources }: ValidationScope, path: string, view: FeatureViewDefinition): void {
  report(`${path}.cadence`, problemWithCadence(view.cadence));
  report(`${path}.ttl`, problemWithSeconds(view.ttlSeconds));
  report(`${path}.delay`, problemWithSeconds(view.delaySeconds));
  if (view.cadence.kind === 'push') {
    const isSql = sources.get(view.source)?.kind === 'sql';
    if (isSql) report(`${path}.cadence`, 'a SQL source has no events of its own; use every or cron');
    if (view.accuracy === 'snapshot')
      report(`${path}.accuracy`, 'snapshot needs a cadence with ticks; use every or cron');
  }
  if (view.onStale === 'default' && view.features.some((each) => each.default === undefined)) {
    report(`${path}.onStale`, 'default needs a default on every feature');
  }
}

function problemWithSeconds(seconds: number | undefined): string | undefined {
  return seconds !== undefined && seconds > MAX_DURATION_SECONDS ? 'is longer than 100 years' : undefined;
}
