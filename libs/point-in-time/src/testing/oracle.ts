import type { AggregateFeature, FeatureSpec } from '@larder/registry';
import { quantile, variance } from './oracle-numbers.js';
import type { OracleRequest, OracleRow, OracleValue } from './oracle-request.js';

type KnownRow = OracleRow & { readonly event: bigint; readonly created: bigint };
const micros = (seconds: number): bigint => BigInt(seconds) * 1_000_000n;

/** The rules of point-in-time joins read literally, row by row: whatever the SQL says, this decides. `keys` at `time`, the view as of `asOf`. */
export function oracleValues(
  request: OracleRequest,
  keys: OracleRow['keys'],
  at: { time: bigint; asOf: bigint },
): OracleValue[] {
  const { view } = request;
  let newest: KnownRow | undefined;
  const known: KnownRow[] = [];
  for (const row of request.rows) {
    const { event } = row;
    if (event === null || row.keys.some((key, index) => key === null || key !== keys[index])) continue;
    const created = request.hasCreatedTime ? (row.created ?? event) : event;
    const isTrusted = !request.knowledgeTime || (request.trustedBefore !== undefined && event < request.trustedBefore);
    if ((isTrusted || event > created ? event : created) > at.asOf) continue;
    known.push({ ...row, event, created });
    if (newest === undefined || event > newest.event || (event === newest.event && created >= newest.created))
      newest = known.at(-1);
  }
  const agesFrom = view.computation === 'windows' ? at.asOf : (newest?.event ?? at.time);
  const isExpired = view.ttlSeconds !== undefined && at.time - agesFrom > micros(view.ttlSeconds);
  return view.features.map((feature) => {
    const absent = (feature.default as OracleValue | undefined) ?? null;
    if (newest === undefined || newest.tombstone === true) return absent;
    if (isExpired) return view.onStale === 'null' ? null : absent;
    const { compute } = feature;
    if (compute.kind === 'column') return newest.values[compute.column] ?? absent;
    const passes = request.filters?.[compute.filter ?? ''] ?? (() => true);
    const counted = known.filter(
      (row) => row.tombstone !== true && inWindow(compute, row.event, at.asOf) && passes(row),
    );
    return aggregate(compute, feature, counted) ?? absent;
  });
}

function inWindow({ windowKind, windowSeconds = 0 }: AggregateFeature, event: bigint, t: bigint): boolean {
  const w = micros(windowSeconds);
  if (windowKind === 'lifetime') return true;
  if (windowKind === undefined) return event > t - w;
  const end = t - (((t % w) + w) % w);
  return event >= end - w && event < end;
}

function aggregate(compute: AggregateFeature, { type }: FeatureSpec, rows: readonly KnownRow[]): OracleValue {
  const { function: name, column, limit = 1, quantiles = [] } = compute;
  const inOrder = rows.toSorted((a, b) => compare(a.event, b.event) || compare(a.created, b.created));
  const values = inOrder
    .map((row) => (column === undefined ? 1n : (row.values[column] ?? null)))
    .filter((value) => value !== null)
    .map((value) => (value === 0 ? 0 : value));
  const distinct = [...new Set(values)];
  if (name === 'count') return BigInt(values.length);
  if (name === 'countDistinct' || name === 'approxCountDistinct') return BigInt(distinct.length);
  if (name === 'first' || name === 'last') return values.at(name === 'first' ? 0 : -1) ?? null;
  if (values.length === 0) return null;
  if (name === 'lastN') return values.toReversed().slice(0, limit);
  if (name === 'topK') {
    const times = (value: Scalar): number => values.filter((each) => each === value).length;
    return distinct.sort((a, b) => times(b) - times(a) || compare(a, b)).slice(0, limit);
  }
  if (name === 'variance' || name === 'stddev') {
    const squared = variance(values.map(Number));
    return squared === null || name === 'variance' ? squared : Math.sqrt(squared);
  }
  if (name === 'quantile') {
    const found = quantiles.map((q) => quantile(values.map(Number).sort(compare), q));
    return type === 'float64' ? (found[0] ?? null) : found;
  }
  if (name === 'min' || name === 'max') {
    if (values.some(Number.isNaN)) return Number.NaN;
    return values.reduce((a, b) => ((name === 'min' ? b < a : b > a) ? b : a));
  }
  const isExact = values.every((value) => typeof value === 'bigint');
  const sum = isExact ? values.reduce((a, b) => a + b, 0n) : values.map(Number).reduce((a, b) => a + b, 0);
  if (name === 'mean') return Number(sum) / values.length;
  return type === 'float64' ? Number(sum) : sum;
}

type Scalar = number | bigint | string;

function compare(a: Scalar, b: Scalar): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
