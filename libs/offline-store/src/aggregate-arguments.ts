import type { AggregateFunction, FeatureSpec, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import type { SourceColumns, WantedColumn } from './source-columns.js';

/**
 * What an aggregate does with its column's values. `any`: counts them. `number`, `sum`: calculates with them; the sum of an
 * integer feature adds integers. `value`: gives one of them. `values`: gives a list of some of them.
 */
export type ArgumentUse = 'any' | 'number' | 'sum' | 'value' | 'values';

const USES: Readonly<Record<AggregateFunction, ArgumentUse>> = {
  count: 'any',
  countDistinct: 'any',
  approxCountDistinct: 'any',
  sum: 'sum',
  mean: 'number',
  variance: 'number',
  stddev: 'number',
  quantile: 'number',
  min: 'value',
  max: 'value',
  first: 'value',
  last: 'value',
  lastN: 'values',
  topK: 'values',
};

/** What a feature does with its column's values. */
export function argumentUse({ compute }: Pick<FeatureSpec, 'compute'>): ArgumentUse {
  return compute.kind === 'column' ? 'value' : USES[compute.function];
}

/** Checks the column that a feature is computed from. */
export function checkArgument(
  columns: SourceColumns,
  wanted: WantedColumn,
  feature: Pick<FeatureSpec, 'type' | 'compute'>,
): void {
  const { type } = feature;
  switch (argumentUse(feature)) {
    case 'any':
      columns.find(wanted);
      break;
    case 'number':
      columns.checkSummable(wanted, { isInteger: false });
      break;
    case 'sum':
      columns.checkSummable(wanted, { isInteger: type === 'int64' });
      break;
    case 'value':
      columns.checkType(wanted, type);
      break;
    case 'values':
      columns.checkType(wanted, elementOf(type));
      break;
  }
}

function elementOf(type: ValueTypeName): ValueTypeName {
  return listElementType(type) ?? type;
}
