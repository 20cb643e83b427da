import type { AggregateFeature, FeatureSpec, FeatureViewSpec } from '@larder/registry';

/** Reads the rules of point-in-time joins literally, in nested loops; whatever the SQL says, this decides. */
export interface OracleRow {
  /** Join keys in the order of their names. */
  readonly keys: readonly (string | bigint | null)[];
  readonly event: bigint | null;
  readonly created?: bigint | null;
  readonly tombstone?: boolean;
  readonly values: Readonly<Record<string, OracleValue>>;
}
export type OracleValue = number | bigint | string | null;

export interface OracleRequest {
  readonly view: Pick<FeatureViewSpec, 'computation' | 'ttlSeconds' | 'features' | 'onStale'>;
  /** In load order. */
  readonly rows: readonly OracleRow[];
  readonly hasCreatedTime: boolean;
  readonly trustedBefore?: bigint;
  readonly knowledgeTime: boolean;
}

const seconds = (count: number): bigint => BigInt(count) * 1_000_000n;

/** The values of a view's features for one row of a spine: `keys` at `time`, with the view read as of `asOf`. */
export function oracleValues(request: OracleRequest, keys: OracleRow['keys'], { time, asOf }: { readonly time: bigint; readonly asOf: bigint }): OracleValue[] {
  const { view } = request;
  const known: (OracleRow & { event: bigint; at: bigint })[] = [];
  for (const row of request.rows) {
    if (row.event === null || keys.includes(null) || row.keys.some((key, index) => key === null || key !== keys[index])) continue;
    const created = row.created ?? row.event;
    const late = request.hasCreatedTime && request.knowledgeTime && !(request.trustedBefore !== undefined && row.event < request.trustedBefore);
    const at = late && created > row.event ? created : row.event;
    if (at <= asOf) known.push({ ...row, event: row.event, at });
  }
  let newest: (typeof known)[number] | undefined;
  const createdOf = (row: { event: bigint; created?: bigint | null }): bigint => (request.hasCreatedTime ? (row.created ?? row.event) : row.event);
  for (const row of known) {
    if (newest === undefined || row.event > newest.event || (row.event === newest.event && createdOf(row) >= createdOf(newest))) newest = row;
  }
  const age = newest === undefined ? 0n : time - (view.computation === 'windows' ? asOf : newest.event);
  const expired = view.ttlSeconds !== undefined && age > seconds(view.ttlSeconds);
  const deleted = newest === undefined || newest.tombstone === true;
  return view.features.map((feature) => {
    if (!deleted && expired && view.onStale === 'null') return null;
    if (newest === undefined || deleted || expired) return (feature.default as OracleValue | undefined) ?? null;
    const value = feature.compute.kind === 'column' ? newest.values[feature.compute.column] : aggregate(feature.compute, feature, known.filter((row) => row.tombstone !== true && row.event > asOf - seconds((feature.compute as AggregateFeature).windowSeconds)));
    return value ?? (feature.default as OracleValue | undefined) ?? null;
  });
}

function aggregate(compute: AggregateFeature, feature: Pick<FeatureSpec, 'type'>, rows: readonly OracleRow[]): OracleValue {
  const values = rows.map((row) => (compute.column === undefined ? 1n : row.values[compute.column])).filter((value) => value !== null && value !== undefined);
  if (compute.function === 'count') return BigInt(values.length);
  if (values.length === 0) return null;
  if (compute.function === 'min' || compute.function === 'max') {
    if (values.some(Number.isNaN)) return Number.NaN;
    return values.reduce((a, b) => ((compute.function === 'min' ? b < a : b > a) ? b : a));
  }
  const sum = values.every((value) => typeof value === 'bigint') ? values.reduce((a, b) => a + b, 0n) : values.map(Number).reduce((a, b) => a + b, 0);
  if (compute.function === 'mean') return Number(sum) / values.length;
  return feature.type === 'float64' ? Number(sum) : sum;
}
