import { aggregateText } from './aggregate-text.js';

it.each([
  [{ function: 'count', windowSeconds: 2_592_000 }, 'count(*) over 30d'],
  [{ function: 'sum', column: 'x', windowKind: 'tumbling', windowSeconds: 86_400 }, 'sum(x) in the last whole 1d'],
  [
    { function: 'lastN', column: 'g', limit: 3, windowKind: 'lifetime', filter: 's > 60' },
    'lastN(g, 3) of all time where s > 60',
  ],
  [{ function: 'quantile', column: 'x', quantiles: [0.5, 0.9], windowSeconds: 60 }, 'quantile(x, 0.5, 0.9) over 1m'],
] as const)('says %j in words', (compute, text) => {
  expect(aggregateText({ kind: 'aggregate', ...compute })).toBe(text);
});
