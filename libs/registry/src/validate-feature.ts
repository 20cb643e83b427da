import { problemWithDefault } from './default-value.js';
import { MAX_DURATION_SECONDS } from './duration.js';
import { problemWithFeatureName } from './names.js';
import type { AggregateFeature, FeatureSpec, FeatureViewDefinition } from './snapshot.js';
import { problemsWithFilter } from './sql-text.js';
import { problemWithColumn } from './validate-source.js';
import type { ValidationScope } from './validation-scope.js';
import type { ScalarTypeName, ValueTypeName } from './value-type.js';
import { isValueTypeName, listTypeOf, SCALAR_TYPES } from './value-type.js';

const ORDERED: readonly ValueTypeName[] = ['int32', 'int64', 'float32', 'float64', 'string', 'timestamp', 'date'];

const COUNTED: readonly ValueTypeName[] = ['bool', 'int32', 'int64', 'string', 'timestamp', 'date'].map((type) =>
  listTypeOf(type as ScalarTypeName),
);

/** The types that an aggregate can give. */
const AGGREGATE_TYPES: { readonly [F in AggregateFeature['function']]: readonly ValueTypeName[] | undefined } = {
  count: ['int64'],
  countDistinct: ['int64'],
  approxCountDistinct: ['int64'],
  sum: ['int64', 'float64'],
  mean: ['float64'],
  variance: ['float64'],
  stddev: ['float64'],
  min: ORDERED,
  max: ORDERED,
  first: undefined,
  last: undefined,
  lastN: SCALAR_TYPES.map(listTypeOf),
  quantile: ['float64', 'list<float64>'],
  topK: COUNTED,
};
const MAX_LIMIT = 1000;
const MAX_QUANTILES = 100;

/** One feature of a view whose entities have these join keys. */
export function validateFeature(
  { report }: ValidationScope,
  view: FeatureViewDefinition,
  { feature, joinKeys }: { readonly feature: FeatureSpec; readonly joinKeys: readonly string[] },
): void {
  const path = `featureViews.${view.name}.features.${feature.name}`;
  report(path, problemWithFeatureName(feature.name));
  if (joinKeys.includes(feature.name)) report(path, `has the name of the join key ${feature.name}`);
  if (!isValueTypeName(feature.type)) report(`${path}.type`, `unknown type ${String(feature.type)}`);
  report(`${path}.default`, problemWithDefault(feature));
  const isWindow = feature.compute.kind === 'aggregate';
  if (isWindow !== (view.computation === 'windows')) report(path, problemWithComputation(isWindow));
  if (feature.compute.column !== undefined) report(`${path}.column`, problemWithColumn(feature.compute.column));
  if (feature.compute.kind === 'aggregate') {
    report(`${path}.window`, problemWithWindow(feature.compute));
    report(`${path}.column`, problemWithAggregateColumn(feature.compute));
    report(`${path}.type`, problemWithAggregateType(feature, feature.compute));
    report(`${path}.${feature.compute.function === 'topK' ? 'k' : 'n'}`, problemWithLimit(feature.compute));
    report(`${path}.q`, problemWithQuantiles(feature, feature.compute));
    const { filter } = feature.compute;
    if (filter !== undefined) report(`${path}.filter`, ...problemsWithFilter(filter));
  }
}

function problemWithComputation(isWindow: boolean): string {
  return isWindow
    ? 'is an aggregate in a view that is said to have columns'
    : 'is a plain column in a view with windows; put it into a view of its own';
}

function problemWithWindow({ windowSeconds: seconds, windowKind }: AggregateFeature): string | undefined {
  if (windowKind === 'lifetime') return seconds === undefined ? undefined : 'a lifetime has no length';
  const isWindow = Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= MAX_DURATION_SECONDS;
  return isWindow ? undefined : 'a window is a second to 100 years long';
}

function problemWithAggregateColumn(compute: AggregateFeature): string | undefined {
  if (compute.function === 'count') {
    return compute.column === undefined ? undefined : 'count counts rows and has no column';
  }
  return compute.column === undefined ? `${compute.function} needs a column` : undefined;
}

function problemWithAggregateType(feature: FeatureSpec, compute: AggregateFeature): string | undefined {
  const allowed = AGGREGATE_TYPES[compute.function];
  if (allowed === undefined || allowed.includes(feature.type) || !isValueTypeName(feature.type)) return undefined;
  return `${compute.function} gives ${allowed.join(' or ')}, not ${feature.type}`;
}

function problemWithLimit({ function: called, limit }: AggregateFeature): string | undefined {
  if (called !== 'lastN' && called !== 'topK')
    return limit === undefined ? undefined : `${called} gives no list of a chosen length`;
  const isLimit = Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= MAX_LIMIT;
  return isLimit ? undefined : `expected a whole number, 1 to ${MAX_LIMIT}`;
}

function problemWithQuantiles(
  { type }: FeatureSpec,
  { function: called, quantiles }: AggregateFeature,
): string | undefined {
  if (called !== 'quantile') return quantiles === undefined ? undefined : `${called} has no quantiles`;
  const list = quantiles ?? [];
  const allowed = type === 'float64' ? 1 : MAX_QUANTILES;
  const isGood = list.length >= 1 && list.length <= allowed && list.every((each) => each >= 0 && each <= 1);
  return isGood ? undefined : `expected ${allowed === 1 ? 'a number' : `1 to ${MAX_QUANTILES} numbers`} from 0 to 1`;
}
