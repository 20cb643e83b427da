import type { Definitions, FeatureSpec, FeatureViewSpec, JsonValue, Problem, Snapshot } from '@larder/registry';
import { formatInstant, isLarderError, joinKeysOfView, nearest, parseInstant } from '@larder/registry';
import { jsonOf, typedValue } from './case-values.js';
import type { CaseRow, Expectation, FeatureCase } from './feature-case.js';

/** A feature that an expectation names. */
export interface ExpectedFeature {
  readonly view: FeatureViewSpec;
  readonly spec: FeatureSpec;
  readonly expected: JsonValue;
}

/** An expectation whose names and values have been looked up. */
export interface ResolvedExpectation {
  readonly keys: CaseRow;
  /** ISO 8601. */
  readonly at: string;
  readonly features: readonly ExpectedFeature[];
}

/** Looks up what a case names; what it names wrongly is added to `problems`. */
export function resolveExpectations(
  snapshot: Snapshot,
  { expect, now }: FeatureCase,
  problems: Problem[],
): ResolvedExpectation[] {
  return expect.map((each, index) => {
    const path = `expect[${index}]`;
    const features = Object.entries(each.features).flatMap(([name, value]): ExpectedFeature[] => {
      const found = featureOf(snapshot, name);
      if (typeof found === 'string') {
        problems.push({ path: `${path}.features.${name}`, message: found });
        return [];
      }
      const { type } = found.spec;
      if (typedValue(type, value) === undefined)
        problems.push({ path: `${path}.features.${name}`, message: `${JSON.stringify(jsonOf(value))} is no ${type}` });
      return [{ ...found, expected: jsonOf(value) }];
    });
    checkKeys(snapshot, { path, keys: each.keys, features }, problems);
    return { keys: each.keys, at: instantOf(each, now, { path, problems }), features };
  });
}

function featureOf(snapshot: Snapshot, name: string): Omit<ExpectedFeature, 'expected'> | string {
  const [view, feature] = /^(\w+?)(?::|__)(\w+)$/.exec(name)?.slice(1) ?? [];
  const all = snapshot.featureViews.flatMap((each) => each.features.map((spec) => ({ view: each, spec })));
  const found = all.filter((each) =>
    feature === undefined ? each.spec.name === name : each.view.name === view && each.spec.name === feature,
  );
  const [only, ...others] = found;
  if (only === undefined) {
    const near = nearest(name, feature === undefined ? all.map((each) => each.spec.name) : all.map(referenceOf));
    return `is no feature of the definitions${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  return others.length === 0
    ? only
    : `is a feature of ${found.map((each) => each.view.name).join(' and ')}; say which, as view:feature`;
}

/** `view:feature` */
export function referenceOf({ view, spec }: Pick<ExpectedFeature, 'view' | 'spec'>): string {
  return `${view.name}:${spec.name}`;
}

function checkKeys(
  definitions: Pick<Definitions, 'entities'>,
  {
    path,
    keys,
    features,
  }: { readonly path: string; readonly keys: CaseRow; readonly features: readonly ExpectedFeature[] },
  problems: Problem[],
): void {
  const needed = new Map(
    features.flatMap(({ view }) => joinKeysOfView(definitions, view).map((key) => [key.name, key])),
  );
  for (const { name, type } of needed.values()) {
    if (!Object.hasOwn(keys, name)) problems.push({ path: `${path}.keys.${name}`, message: 'is missing' });
    else if (typedValue(type, keys[name]) === undefined)
      problems.push({ path: `${path}.keys.${name}`, message: `${JSON.stringify(jsonOf(keys[name]))} is no ${type}` });
  }
}

function instantOf(
  { at }: Expectation,
  now: FeatureCase['now'],
  { path, problems }: { readonly path: string; readonly problems: Problem[] },
): string {
  const time = jsonOf(at ?? now);
  try {
    if (typeof time === 'string') return formatInstant(parseInstant(time));
    problems.push({ path: `${path}.at`, message: 'is missing; expected a time here, or `now` of the case' });
  } catch (error) {
    if (!isLarderError(error)) throw error;
    problems.push({ path: `${path}.at`, message: error.message });
  }
  return '1970-01-01T00:00:00Z';
}
