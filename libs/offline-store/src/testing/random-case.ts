import { join } from 'node:path';
import fc from 'fast-check';
import type { FeatureSpec, FeatureValue, FeatureViewSpec } from '@larder/registry';
import type { OracleRequest, OracleRow, OracleValue } from '@larder/point-in-time/testing';
import type { OfflineStore } from '../offline-store.js';
import type { OneView } from './offline-fixture.js';
import type { FixtureColumn } from './parquet-fixture.js';
import { writeRows } from './parquet-fixture.js';
import { parquetSource, plain, snapshotOf, viewSpec, windowed } from './view-fixture.js';

/** In microseconds. */
export const SECOND = 1_000_000n;
/** Times on a grid of 10 s around 1970, a few of them a microsecond beside it: ties, edges and negative times all happen. */
const time = fc
  .tuple(fc.integer({ min: -4, max: 9 }), fc.constantFrom(0n, 0n, 0n, 0n, 0n, 0n, 1n, -1n))
  .map(([tens, micros]) => BigInt(tens) * 10n * SECOND + micros);
const seconds = fc.constantFrom(10, 20, 30, 60, 100);
const keyA = fc.constantFrom<bigint | null>(1n, 12n, 1n, 12n, null);
const keyB = fc.constantFrom<string | null>('23', '3', '23', '3', null);

/** A random view over random rows, and a random spine. */
export interface RandomCase {
  readonly rows: readonly OracleRow[];
  readonly files: number;
  readonly keys: readonly ('a' | 'b')[];
  readonly hasCreatedTime: boolean;
  readonly trustedBefore: bigint | undefined;
  readonly hasTombstone: boolean;
  readonly ttlSeconds: number | undefined;
  readonly onStale: 'flag' | 'null';
  readonly features: readonly FeatureSpec[];
  readonly accuracy: 'temporal' | 'snapshot';
  readonly cadence: FeatureViewSpec['cadence'];
  readonly delaySeconds: number;
  readonly knowledgeTime: boolean;
  readonly spine: readonly { readonly a: bigint | null; readonly b: string | null; readonly time: bigint }[];
  /** The builder is told that the spine is small, so that it reduces the view first. */
  readonly small: boolean;
}

const numberValue = fc.constantFrom(
  0,
  1,
  2.5,
  -3,
  0.25,
  7,
  1e15,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
);
const row: fc.Arbitrary<OracleRow> = fc.record({
  keys: fc.tuple(keyA, keyB),
  event: fc.oneof({ weight: 12, arbitrary: time }, { weight: 1, arbitrary: fc.constant(null) }),
  created: fc.oneof({ weight: 6, arbitrary: time }, { weight: 1, arbitrary: fc.constant(null) }),
  tombstone: fc.integer({ min: 0, max: 5 }).map((value) => value === 0),
  values: fc.record({
    n: fc.option(
      fc.bigInt({ min: -5n, max: 5n }).map((value) => value * 4_000_000_000_000_000n),
      { freq: 4 },
    ),
    i: fc.option(fc.constantFrom(0n, 1n, -1n, 2n ** 31n - 1n, -(2n ** 31n)), { freq: 4 }),
    f: fc.option(numberValue, { freq: 4 }),
    s: fc.option(fc.constantFrom('x', '', '🥕'), { freq: 4 }),
  }),
});

/** Features of a view of plain columns. */
export const plainFeatures = fc.subarray([plain('n', 'int64'), plain('f', 'float64', 0.5), plain('s', 'string')], {
  minLength: 1,
});
/** Counts, and sums and means of integers. */
export const exactFeatures = fc
  .tuple(seconds, seconds)
  .map(([first, second]) => [
    windowed('rows', { function: 'count', type: 'int64', windowSeconds: first }),
    windowed('values', { function: 'count', column: 'f', type: 'int64', windowSeconds: second }),
    windowed('total', { function: 'sum', column: 'n', type: 'int64', windowSeconds: second, default: 7 }),
    windowed('average', { function: 'mean', column: 'n', type: 'float64', windowSeconds: first }),
    windowed('narrow_total', { function: 'sum', column: 'i', type: 'int64', windowSeconds: first }),
    windowed('narrow_average', { function: 'mean', column: 'i', type: 'float64', windowSeconds: second }),
  ]);
/** Features of every aggregate function. */
export const anyFeatures = fc
  .tuple(seconds, seconds, exactFeatures)
  .map(([first, second, exact]) => [
    ...exact.slice(0, 3),
    windowed('sum_f', { function: 'sum', column: 'f', type: 'float64', windowSeconds: first }),
    windowed('mean_f', { function: 'mean', column: 'f', type: 'float64', windowSeconds: second }),
    windowed('min_f', { function: 'min', column: 'f', type: 'float64', windowSeconds: first }),
    windowed('max_f', { function: 'max', column: 'f', type: 'float64', windowSeconds: second }),
    windowed('min_s', { function: 'min', column: 's', type: 'string', windowSeconds: second }),
    windowed('max_n', { function: 'max', column: 'n', type: 'int64', windowSeconds: first }),
  ]);

/** What the conditions of features mean. */
export const filters: Readonly<Record<string, (row: OracleRow) => boolean>> = {
  'i > 0': ({ values }) => Number(values['i']) > 0,
  "s = 'x' OR f < 1": ({ values }) =>
    values['s'] === 'x' || ((values['f'] ?? null) !== null && Number(values['f']) < 1),
};
const filter = fc.constantFrom({}, {}, ...Object.keys(filters).map((each) => ({ filter: each })));
/** A window of any kind, with or without a condition. */
const anyWindow = fc
  .tuple(
    fc.oneof(
      seconds.map((windowSeconds) => ({ windowSeconds })),
      fc.constantFrom(30, 60, 100).map((windowSeconds) => ({ windowKind: 'tumbling' as const, windowSeconds })),
      fc.constant({ windowKind: 'lifetime' as const }),
    ),
    filter,
  )
  .map(([window, condition]) => ({ ...window, ...condition }));

type Aggregated = Omit<Parameters<typeof windowed>[1], 'windowSeconds'>;
const float64 = 'float64' as const;
const int64 = 'int64' as const;
/** One feature of every function and way of reading its argument. */
const EVERY_FUNCTION: readonly Aggregated[] = [
  { function: 'count', type: int64 },
  { function: 'sum', column: 'n', type: int64 },
  { function: 'sum', column: 'f', type: float64 },
  { function: 'mean', column: 'i', type: float64 },
  { function: 'mean', column: 'f', type: float64 },
  { function: 'variance', column: 'i', type: float64 },
  { function: 'variance', column: 'n', type: float64 },
  { function: 'variance', column: 'f', type: float64 },
  { function: 'stddev', column: 'i', type: float64 },
  { function: 'stddev', column: 'f', type: float64 },
  { function: 'countDistinct', column: 'n', type: int64 },
  { function: 'countDistinct', column: 'f', type: int64 },
  { function: 'countDistinct', column: 's', type: int64 },
  { function: 'approxCountDistinct', column: 'f', type: int64 },
  { function: 'approxCountDistinct', column: 's', type: int64 },
  { function: 'min', column: 'f', type: float64 },
  { function: 'max', column: 's', type: 'string' },
  { function: 'first', column: 's', type: 'string' },
  { function: 'first', column: 'f', type: float64 },
  { function: 'last', column: 's', type: 'string' },
  { function: 'last', column: 'n', type: int64, default: 5 },
  { function: 'lastN', column: 's', type: 'list<string>', limit: 2 },
  { function: 'lastN', column: 'n', type: 'list<int64>', limit: 3 },
  { function: 'quantile', column: 'i', type: float64, quantiles: [0.3] },
  { function: 'quantile', column: 'f', type: 'list<float64>', quantiles: [0, 0.5, 0.9, 1] },
  { function: 'topK', column: 's', type: 'list<string>', limit: 2 },
  { function: 'topK', column: 'n', type: 'list<int64>', limit: 2 },
];
/** A few features of every function over windows of every kind. */
export const allFeatures = fc
  .array(fc.tuple(fc.constantFrom(...EVERY_FUNCTION), anyWindow), { minLength: 4, maxLength: 12 })
  .map((chosen) =>
    chosen.map(([aggregate, window], index) => windowed(`feature_${index}`, { ...aggregate, ...window })),
  );

/** Cases over views with these features. */
export const randomCase = (features: fc.Arbitrary<readonly FeatureSpec[]>): fc.Arbitrary<RandomCase> =>
  fc.record({
    rows: fc.array(row, { maxLength: 30 }),
    files: fc.integer({ min: 1, max: 3 }),
    keys: fc.constantFrom<readonly ('a' | 'b')[]>(['a'], ['b'], ['a', 'b']),
    hasCreatedTime: fc.boolean(),
    trustedBefore: fc.option(time, { nil: undefined }),
    hasTombstone: fc.boolean(),
    ttlSeconds: fc.option(seconds, { nil: undefined }),
    onStale: fc.constantFrom('flag' as const, 'null' as const),
    features,
    accuracy: fc.constantFrom('temporal' as const, 'temporal' as const, 'snapshot' as const),
    cadence: fc.constantFrom<FeatureViewSpec['cadence']>(
      { kind: 'every', seconds: 30 },
      { kind: 'push' },
      { kind: 'cron', expression: '* * * * *', timeZone: 'UTC' },
    ),
    delaySeconds: fc.constantFrom(0, 0, 10),
    knowledgeTime: fc.constantFrom(true, true, false),
    spine: fc.array(fc.record({ a: keyA, b: keyB, time }), { minLength: 1, maxLength: 90 }),
    small: fc.boolean(),
  });

const COLUMNS: readonly FixtureColumn[] = [
  { name: 'a', type: 'BIGINT' },
  { name: 'b', type: 'VARCHAR' },
  { name: 'event_timestamp', type: 'TIMESTAMP' },
  { name: 'created', type: 'TIMESTAMPTZ' },
  { name: 'gone', type: 'BOOLEAN' },
  { name: 'n', type: 'BIGINT' },
  { name: 'i', type: 'INTEGER' },
  { name: 'f', type: 'DOUBLE' },
  { name: 's', type: 'VARCHAR' },
];

/** Writes a case's rows as Parquet files of a folder and gives its view over them. */
export async function writeCase(store: OfflineStore, path: string, each: RandomCase): Promise<OneView> {
  const size = Math.ceil(Math.max(each.rows.length, 1) / each.files);
  for (let file = 0; file < each.files; file++) {
    const rows = each.rows
      .slice(file * size, (file + 1) * size)
      .map(({ keys, event, created, tombstone, values }) => [
        keys[0] ?? null,
        keys[1] ?? null,
        event,
        created ?? null,
        tombstone ?? null,
        values['n'] ?? null,
        values['i'] ?? null,
        values['f'] ?? null,
        values['s'] ?? null,
      ]);
    await writeRows(store, join(path, `part-${file}.parquet`), { columns: COLUMNS, rows });
  }
  const source = parquetSource(join(path, '*.parquet'), {
    ...(each.hasCreatedTime ? { createdTime: 'created' } : {}),
    ...(each.hasTombstone ? { tombstone: 'gone' } : {}),
    ...(each.trustedBefore === undefined ? {} : { trustedHistoryBefore: isoTime(each.trustedBefore) }),
  });
  const view = viewSpec(each.features, {
    entities: each.keys.map((key) => `by_${key}`),
    ...(each.ttlSeconds === undefined ? {} : { ttlSeconds: each.ttlSeconds }),
    onStale: each.onStale,
    accuracy: each.accuracy,
    cadence: each.cadence,
    delaySeconds: each.delaySeconds,
  });
  return {
    view,
    snapshot: snapshotOf({
      entities: { by_a: [{ name: 'a', type: 'int64' }], by_b: [{ name: 'b', type: 'string' }] },
      sources: [source],
      views: [view],
    }),
  };
}

/** The case's rows by the join keys of its view. */
export function oracleRows(each: RandomCase): OracleRow[] {
  return each.rows.map((row) => ({
    ...row,
    keys: each.keys.map((key) => row.keys[key === 'a' ? 0 : 1] ?? null),
    tombstone: each.hasTombstone && row.tombstone === true,
  }));
}

/** The case as the oracle takes it. */
export function oracleRequest(each: RandomCase, view: FeatureViewSpec): OracleRequest {
  const rows = oracleRows(each);
  return {
    view,
    rows,
    hasCreatedTime: each.hasCreatedTime,
    knowledgeTime: each.knowledgeTime,
    filters,
    ...(each.trustedBefore === undefined ? {} : { trustedBefore: each.trustedBefore }),
  };
}

/** A value of the oracle, which answers defaults as they stand in JSON, as the store gives it. */
export function storeValue(value: OracleValue, feature: FeatureSpec | undefined): FeatureValue {
  return comparable(
    feature?.type === 'int64' && typeof value === 'number' ? BigInt(value) : (value as FeatureValue),
    feature,
  );
}

/** Zeros are equal, and variances to 13 digits: the oracle rounds once, the store some times more. */
export function comparable(value: FeatureValue, feature: FeatureSpec | undefined): FeatureValue {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map((each) => (each === 0 ? 0 : (each as number)));
  const compute = feature?.compute;
  const isSpread = compute?.kind === 'aggregate' && (compute.function === 'variance' || compute.function === 'stddev');
  return isSpread && typeof value === 'number' ? Number(value.toPrecision(13)) : value;
}

function isoTime(micros: bigint): string {
  const floor = micros - (((micros % SECOND) + SECOND) % SECOND);
  return `${new Date(Number(floor / 1000n)).toISOString().slice(0, 19)}.${(micros - floor).toString().padStart(6, '0')}Z`;
}

/** The instant as of which the case's view is read for a row at `at`. */
export function asOfTime(each: RandomCase, at: bigint): bigint {
  if (each.accuracy === 'temporal') return at;
  const shown = at - BigInt(each.delaySeconds) * SECOND;
  if (each.cadence.kind === 'push') return shown;
  const step = (each.cadence.kind === 'every' ? BigInt(each.cadence.seconds) : 60n) * SECOND;
  return shown - (((shown % step) + step) % step);
}
