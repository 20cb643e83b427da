import { formatDurationSeconds } from './duration.js';
import type { AggregateFeature } from './snapshot.js';

/** What an aggregate computes, in words for people: `count(*) over 30d`, `last(genre) of all time where seconds > 60`. */
export function aggregateText(compute: AggregateFeature): string {
  const { column = '*', limit, quantiles = [], filter } = compute;
  const parameters = [column, ...(limit === undefined ? [] : [limit]), ...quantiles].join(', ');
  const where = filter === undefined ? '' : ` where ${filter}`;
  return `${compute.function}(${parameters}) ${windowText(compute)}${where}`;
}

function windowText({ windowKind, windowSeconds = 0 }: AggregateFeature): string {
  if (windowKind === 'lifetime') return 'of all time';
  const length = formatDurationSeconds(windowSeconds);
  return windowKind === 'tumbling' ? `in the last whole ${length}` : `over ${length}`;
}
