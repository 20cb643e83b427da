import type { FeatureSpec } from '@larder/registry';
import { aggregateText } from '@larder/registry';

/** How a feature is computed: `newest item`, `sum(amount) over 7d`. */
export function computedAs({ compute }: Pick<FeatureSpec, 'compute'>): string {
  if (compute.kind === 'column') return `newest ${compute.column}`;
  return aggregateText(compute);
}

/** A feature in one line: `int64, count(*) over 7d, default 0`. */
export function featureText(feature: FeatureSpec): string {
  const byDefault = feature.default === undefined ? [] : [`default ${JSON.stringify(feature.default)}`];
  return [feature.type, computedAs(feature), ...byDefault].join(', ');
}
