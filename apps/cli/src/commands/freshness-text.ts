import type { Deprecation } from '@larder/registry';
import type { ViewFreshness } from '@larder/registry-client';
import { countText, timeText } from '../units.js';

/** How far the online values reach: a time, or that there are none. */
export function freshnessText(freshness: ViewFreshness | null | undefined): string {
  if (freshness === undefined) return '';
  const time = freshness?.watermark ?? freshness?.asOf ?? null;
  return time === null ? 'never' : timeText(time);
}

/** The last run in one line: `completed reload at 2026-05-07 22:00:04, 200 rows written`. */
export function lastRunText(freshness: ViewFreshness | null): string {
  const run = freshness?.lastRun ?? null;
  if (run === null) return 'none';
  const rows = run.rowsWritten === null ? '' : `, ${countText(run.rowsWritten, 'row')} written`;
  const error = run.error === null ? '' : `: ${run.error.split('\n')[0]}`;
  return `${run.status} ${run.mode} at ${timeText(run.finishedAt ?? run.startedAt)}${rows}${error}`;
}

/** `after 2026-12-31; use b:c`, empty for what is not deprecated. */
export function deprecationText(deprecated: Deprecation | null): string {
  if (deprecated === null) return '';
  const successor = deprecated.successor === undefined ? '' : `; use ${deprecated.successor}`;
  const reason = deprecated.reason === undefined ? '' : ` (${deprecated.reason})`;
  return `after ${deprecated.after}${successor}${reason}`;
}
