import type { FeatureSpec, FeatureViewSpec } from '@larder/registry';
import type { HistoryColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { columnType, readableSource } from './source-context.js';
import { name } from './sql-text.js';
import { cast, sqlType } from './sql-types.js';

/** The columns of plain features, each named `f_<feature>` and in its declared type. */
export function featureColumns(
  context: SourceContext,
  view: FeatureViewSpec,
  features: readonly FeatureSpec[] = view.features,
): HistoryColumn[] {
  const source = readableSource(context.snapshot, view.source);
  return features.flatMap((feature) => {
    if (feature.compute.kind !== 'column') return [];
    const { column } = feature.compute;
    return [
      {
        expression: cast(name(column), sqlType(feature.type), columnType(context, source, column)),
        as: featureColumn(feature),
      },
    ];
  });
}

/** Name of a feature's column inside queries. */
export function featureColumn(feature: Pick<FeatureSpec, 'name'>): string {
  return `f_${feature.name}`;
}
