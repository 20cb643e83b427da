import type { FeatureViewSpec, Instant, Problem } from '@larder/registry';
import { formatDurationSeconds, formatInstant, MICROS_PER_SECOND } from '@larder/registry';
import type { SourceHistory } from './source-history.js';

/** What a view expects of its source's history that is not there. */
export function historyWarnings(
  view: FeatureViewSpec,
  { sourceName, history, now }: { readonly sourceName: string; readonly history: SourceHistory; readonly now: Instant },
): Problem[] {
  const { span } = history;
  if (span === undefined) return [];
  const path = `featureViews.${view.name}`;
  const heldSeconds = Number((span.through - span.from) / MICROS_PER_SECOND);
  const warnings = view.features.flatMap(({ name, compute }): Problem[] => {
    if (compute.kind !== 'aggregate' || compute.windowSeconds === undefined) return [];
    if (compute.windowSeconds <= heldSeconds) return [];
    const window = formatDurationSeconds(compute.windowSeconds);
    const message = `its window of ${window} is longer than the history of source ${sourceName}, which holds ${spanText(span)}`;
    return [{ path: `${path}.features.${name}`, message }];
  });
  const ageSeconds = Number((now - span.through) / MICROS_PER_SECOND);
  if (view.ttlSeconds !== undefined && ageSeconds > view.ttlSeconds) {
    const ttl = formatDurationSeconds(view.ttlSeconds);
    const message = `the newest event of source ${sourceName} is of ${formatInstant(span.through)}, longer ago than the ttl of ${ttl}: every value would be too old`;
    warnings.push({ path: `${path}.ttl`, message });
  }
  return warnings;
}

function spanText({ from, through }: NonNullable<SourceHistory['span']>): string {
  return `${formatInstant(from)} to ${formatInstant(through)}`;
}
