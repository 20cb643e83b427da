import type { AggregateFeature, FeatureSpec } from '@larder/registry';
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
    const start = at.asOf - micros(compute.windowSeconds);
    const inWindow = known.filter((row) => row.tombstone !== true && row.event > start);
    return aggregate(compute, feature, inWindow) ?? absent;
  });
}

function aggregate(compute: AggregateFeature, { type }: FeatureSpec, rows: readonly OracleRow[]): OracleValue {
  const { function: name, column } = compute;
  const values = rows
    .map((row) => (column === undefined ? 1n : (row.values[column] ?? null)))
    .filter((value) => value !== null);
  if (name === 'count') return BigInt(values.length);
  if (values.length === 0) return null;
  if (name === 'min' || name === 'max') {
    if (values.some(Number.isNaN)) return Number.NaN;
    return values.reduce((a, b) => ((name === 'min' ? b < a : b > a) ? b : a));
  }
  const isExact = values.every((value) => typeof value === 'bigint');
  const sum = isExact ? values.reduce((a, b) => a + b, 0n) : values.map(Number).reduce((a, b) => a + b, 0);
  if (name === 'mean') return Number(sum) / values.length;
  return type === 'float64' ? Number(sum) : sum;
}
