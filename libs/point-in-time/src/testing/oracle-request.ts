import type { FeatureViewSpec } from '@larder/registry';

/** A value of a source column or of a feature; an int64 is a bigint. */
export type OracleValue = number | bigint | string | null | readonly (number | bigint | string)[];

/** A row of a view's source; times are microseconds. */
export interface OracleRow {
  /** Join keys in the order of their names. */
  readonly keys: readonly (string | bigint | null)[];
  readonly event: bigint | null;
  readonly created?: bigint | null;
  readonly tombstone?: boolean;
  readonly values: Readonly<Record<string, number | bigint | string | null>>;
}

/** A view over rows. */
export interface OracleRequest {
  readonly view: Pick<FeatureViewSpec, 'computation' | 'ttlSeconds' | 'features' | 'onStale'>;
  /** In load order. */
  readonly rows: readonly OracleRow[];
  /** False: `created` does not count. */
  readonly hasCreatedTime: boolean;
  readonly trustedBefore?: bigint;
  readonly knowledgeTime: boolean;
  /** What the conditions of features mean. */
  readonly filters?: Readonly<Record<string, (row: OracleRow) => boolean>>;
}
