import type { HistoryColumn } from './history.js';
import { name, nested } from './sql-text.js';
import { counterName } from './sweep-counters.js';
import { spreadSteps } from './variance.js';
import type { WindowFeature } from './window-features.js';

/** A query with the sums of variances, and on top of it the columns that lead from these to the variances, level by level. */
export function withVariances(query: string, features: readonly WindowFeature[]): string {
  const levels: Map<string, HistoryColumn>[] = [];
  for (const feature of features) {
    if (feature.spread === undefined) continue;
    const steps = spreadSteps(feature.spread, (part) => counterName(feature, part));
    for (const [index, step] of steps.entries()) {
      const level = (levels[index] ??= new Map<string, HistoryColumn>());
      for (const column of step) level.set(column.as, column);
    }
  }
  return levels.reduce((inner, level) => {
    const columns = [...level.values()].map(({ expression, as }) => `${expression} AS ${name(as)}`);
    return `SELECT *,\n  ${columns.join(',\n  ')}\nFROM ${nested(inner)}`;
  }, query);
}
