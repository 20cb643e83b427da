import { problemWithDefault } from './default-value.js';
import { MAX_DURATION_SECONDS } from './duration.js';
import { problemWithFeatureName } from './names.js';
import type { AggregateFeature, FeatureSpec, FeatureViewDefinition } from './snapshot.js';
import { problemWithColumn } from './validate-source.js';
import type { ValidationScope } from './validation-scope.js';
import type { ValueTypeName } from './value-type.js';
import { isValueTypeName } from './value-type.js';

const ORDERED: readonly ValueTypeName[] = ['int32', 'int64', 'float32', 'float64', 'string', 'timestamp', 'date'];

/** The types that an aggregate can give. */
const AGGREGATE_TYPES: { readonly [F in AggregateFeature['function']]: readonly ValueTypeName[] } = {
  count: ['int64'],
  sum: ['int64', 'float64'],
  mean: ['float64'],
  min: ORDERED,
  max: ORDERED,
};

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
    report(`${path}.window`, problemWithWindow(feature.compute.windowSeconds));
    report(`${path}.column`, problemWithAggregateColumn(feature.compute));
    report(`${path}.type`, problemWithAggregateType(feature, feature.compute));
  }
}

function problemWithComputation(isWindow: boolean): string {
  return isWindow
    ? 'is an aggregate in a view that is said to have columns'
    : 'is a plain column in a view with windows; put it into a view of its own';
}

function problemWithWindow(seconds: number): string | undefined {
  const isWindow = Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_DURATION_SECONDS;
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
  if (allowed.includes(feature.type) || !isValueTypeName(feature.type)) return undefined;
  return `${compute.function} gives ${allowed.join(' or ')}, not ${feature.type}`;
}
