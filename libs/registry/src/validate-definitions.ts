import { CronExpressionParser } from 'cron-parser';
import { problemWithDefault } from './default-value.js';
import type { Problem } from './larder-error.js';
import { isLarderError } from './larder-error.js';
import { parseInstant } from './instant.js';
import type { Cadence, Definitions, EntitySpec, FeatureServiceSpec, FeatureSpec, FeatureViewDefinition, SourceSpec } from './snapshot.js';
import { isValueTypeName, JOIN_KEY_TYPES } from './value-type.js';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const PROJECT = /^[a-z][a-z0-9_-]{0,62}$/;
const JOIN_KEY_TYPE_NAMES: ReadonlySet<string> = new Set(JOIN_KEY_TYPES);

/** Every problem of compiled definitions that can be seen without looking at data; empty when they are sound. */
export function validateDefinitions(definitions: Definitions): Problem[] {
  return new Validation(definitions).run();
}

class Validation {
  private readonly problems: Problem[] = [];
  private readonly entities: ReadonlyMap<string, EntitySpec>;
  private readonly sources: ReadonlyMap<string, SourceSpec>;
  private readonly views: ReadonlyMap<string, FeatureViewDefinition>;

  constructor(private readonly definitions: Definitions) {
    this.entities = new Map(definitions.entities.map((each) => [each.name, each]));
    this.sources = new Map(definitions.sources.map((each) => [each.name, each]));
    this.views = new Map(definitions.featureViews.map((each) => [each.name, each]));
  }

  run(): Problem[] {
    const { definitions } = this;
    if (!PROJECT.test(definitions.project)) this.add('project', `${JSON.stringify(definitions.project)} is not a project name: lower case letters, digits, - and _, starting with a letter`);
    for (const each of definitions.entities) this.entity(each);
    for (const each of definitions.sources) this.source(each);
    for (const each of definitions.featureViews) this.view(each);
    for (const each of definitions.featureServices) this.service(each);
    return this.problems;
  }

  private add(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  private name(path: string, name: string): void {
    if (!NAME.test(name)) this.add(path, `${JSON.stringify(name)} is not a name: lower case letters, digits and _, starting with a letter, at most 63`);
    else if (name.includes('__')) this.add(path, `${JSON.stringify(name)} contains "__", which separates view and feature in full names`);
  }

  private entity(entity: EntitySpec): void {
    const path = `entities.${entity.name}`;
    this.name(path, entity.name);
    if (entity.joinKeys.length === 0) this.add(`${path}.joinKeys`, 'an entity needs at least one join key');
    for (const key of entity.joinKeys) {
      this.name(`${path}.joinKeys.${key.name}`, key.name);
      if (!JOIN_KEY_TYPE_NAMES.has(key.type)) this.add(`${path}.joinKeys.${key.name}`, `type ${key.type} cannot identify an entity; expected one of ${JOIN_KEY_TYPES.join(', ')}`);
    }
  }

  private source(source: SourceSpec): void {
    const path = `sources.${source.name}`;
    this.name(path, source.name);
    if (source.kind === 'push') return this.pushSource(path, source);
    if (source.trustedHistoryBefore !== undefined) this.attempt(`${path}.trustedHistoryBefore`, () => parseInstant(source.trustedHistoryBefore ?? ''));
    if (source.kind === 'parquet') {
      if (source.path.trim() === '') this.add(`${path}.path`, 'a Parquet source needs a path');
      return;
    }
    const named = [...source.query.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    for (const name of named) if (!source.reads.includes(name)) this.add(`${path}.query`, `{${name}} is not in reads`);
    for (const name of source.reads) {
      if (!this.sources.has(name)) this.add(`${path}.reads`, `unknown source ${name}${this.suggestion(name, this.sources)}`);
      else if (!named.includes(name)) this.add(`${path}.reads`, `{${name}} does not occur in the query`);
    }
    if (this.reaches(source, source.name, new Set())) this.add(`${path}.reads`, 'reads itself; sources may not form a cycle');
  }

  private pushSource(path: string, source: Extract<SourceSpec, { kind: 'push' }>): void {
    const history = this.sources.get(source.history);
    if (history === undefined) this.add(`${path}.history`, `unknown source ${source.history}${this.suggestion(source.history, this.sources)}`);
    else if (history.kind !== 'parquet') this.add(`${path}.history`, `${source.history} is a ${history.kind} source; history is kept in a parquet source`);
  }

  private reaches(source: SourceSpec, target: string, seen: Set<string>): boolean {
    const next = source.kind === 'sql' ? source.reads : source.kind === 'push' ? [source.history] : [];
    return next.some((name) => {
      if (name === target) return true;
      const found = this.sources.get(name);
      if (found === undefined || seen.has(name)) return false;
      seen.add(name);
      return this.reaches(found, target, seen);
    });
  }

  private view(view: FeatureViewDefinition): void {
    const path = `featureViews.${view.name}`;
    this.name(path, view.name);
    if (view.entities.length === 0) this.add(`${path}.entities`, 'a feature view needs at least one entity');
    const joinKeys = view.entities.flatMap((name) => this.entities.get(name)?.joinKeys.map((key) => key.name) ?? []);
    for (const name of view.entities) if (!this.entities.has(name)) this.add(`${path}.entities`, `unknown entity ${name}${this.suggestion(name, this.entities)}`);
    for (const key of duplicates(joinKeys)) this.add(`${path}.entities`, `join key ${key} comes from two entities`);
    if (!this.sources.has(view.source)) this.add(`${path}.source`, `unknown source ${view.source}${this.suggestion(view.source, this.sources)}`);
    if (view.features.length === 0) this.add(`${path}.features`, 'a feature view needs at least one feature');
    for (const name of duplicates(view.features.map((each) => each.name))) this.add(`${path}.features.${name}`, 'is defined twice');
    for (const feature of view.features) this.feature(`${path}.features.${feature.name}`, view, feature, joinKeys);
    this.cadence(`${path}.cadence`, view.cadence);
    if (view.cadence.kind === 'push' && this.sources.get(view.source)?.kind === 'sql') this.add(`${path}.cadence`, 'a SQL source has no events of its own; use every or cron');
    if (view.onStale === 'default' && view.features.some((each) => each.default === undefined)) this.add(`${path}.onStale`, 'default needs a default on every feature');
  }

  private feature(path: string, view: FeatureViewDefinition, feature: FeatureSpec, joinKeys: readonly string[]): void {
    this.name(path, feature.name);
    if (joinKeys.includes(feature.name)) this.add(path, `has the name of the join key ${feature.name}`);
    if (!isValueTypeName(feature.type)) this.add(`${path}.type`, `unknown type ${String(feature.type)}`);
    const wrongDefault = problemWithDefault(feature);
    if (wrongDefault !== undefined) this.add(`${path}.default`, wrongDefault);
    if (feature.compute.kind === 'column') {
      if (view.computation === 'windows') this.add(path, 'is a plain column in a view with windows; put it into a view of its own');
      return;
    }
    this.aggregate(path, feature, feature.compute);
  }

  private aggregate(path: string, feature: FeatureSpec, compute: Extract<FeatureSpec['compute'], { kind: 'aggregate' }>): void {
    if (compute.windowSeconds <= 0) this.add(`${path}.window`, 'a window is longer than zero');
    if (compute.function !== 'count' && compute.column === undefined) this.add(`${path}.column`, `${compute.function} needs a column`);
    const allowed = AGGREGATE_TYPES[compute.function];
    if (!(allowed as readonly string[]).includes(feature.type)) this.add(`${path}.type`, `${compute.function} gives ${allowed.join(' or ')}, not ${feature.type}`);
  }

  private cadence(path: string, cadence: Cadence): void {
    if (cadence.kind === 'every' && !(Number.isInteger(cadence.seconds) && cadence.seconds >= 1)) this.add(path, 'every needs a whole number of seconds, at least 1');
    if (cadence.kind === 'cron') this.attempt(path, () => CronExpressionParser.parse(cadence.expression, { tz: cadence.timeZone }).next());
  }

  private service(service: FeatureServiceSpec): void {
    const path = `featureServices.${service.name}`;
    this.name(path, service.name);
    if (service.views.length === 0) this.add(path, 'a feature service needs at least one feature');
    for (const item of service.views) {
      const view = this.views.get(item.view);
      if (view === undefined) {
        this.add(`${path}.features`, `unknown feature view ${item.view}${this.suggestion(item.view, this.views)}`);
        continue;
      }
      this.name(`${path}.${item.alias}`, item.alias);
      const known = new Map(view.features.map((each) => [each.name, each]));
      for (const name of item.features) if (!known.has(name)) this.add(`${path}.features`, `unknown feature ${item.view}:${name}${this.suggestion(name, known)}`);
      const keys = view.entities.flatMap((name) => this.entities.get(name)?.joinKeys.map((key) => key.name) ?? []);
      for (const key of Object.keys(item.joinKeys)) if (!keys.includes(key)) this.add(`${path}.${item.alias}.joinKeys.${key}`, `${item.view} has no such join key; it has ${keys.join(', ')}`);
    }
    const references = service.views.flatMap((item) => item.features.map((feature) => `${item.alias}:${feature}`));
    for (const reference of duplicates(references)) this.add(`${path}.features`, `${reference} is listed twice`);
  }

  private attempt(path: string, check: () => unknown): void {
    try {
      check();
    } catch (error) {
      this.add(path, isLarderError(error) || error instanceof Error ? error.message : String(error));
    }
  }

  private suggestion(name: string, known: ReadonlyMap<string, unknown>): string {
    const near = nearest(name, [...known.keys()]);
    return near === undefined ? '' : `; did you mean ${near}?`;
  }
}

const AGGREGATE_TYPES = {
  count: ['int64'],
  sum: ['int64', 'float64'],
  mean: ['float64'],
  min: ['int32', 'int64', 'float32', 'float64', 'string', 'timestamp', 'date'],
  max: ['int32', 'int64', 'float32', 'float64', 'string', 'timestamp', 'date'],
} as const;

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** The known name within two edits of `name`, for "did you mean". */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((each) => ({ each, distance: editDistance(name, each) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 2 ? best.each : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
