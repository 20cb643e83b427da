import type { DefinitionObject, Definitions, JsonValue } from '@larder/registry';

/** A value as a test writes it: JSON, or what TypeScript has for it. Times are ISO 8601 or a `Date`, bytes base64 or bytes. */
export type CaseValue =
  | JsonValue
  | bigint
  | Date
  | Uint8Array
  | undefined
  | readonly CaseValue[]
  | { readonly [key: string]: CaseValue };

/** One row of a source: column → value; a column that a row leaves out is null. */
export type CaseRow = Readonly<Record<string, CaseValue>>;

/** What an entity's features must be at an instant. */
export interface Expectation {
  /** Join keys of the views whose features are expected. */
  readonly keys: CaseRow;
  /** The instant; the case's `now` when absent. */
  readonly at?: string | Date;
  /** `feature`, or `view:feature` where several views have one of that name → value; null = none. */
  readonly features: CaseRow;
}

/** History on a few lines and what must come out of it. */
export interface FeatureCase {
  readonly name?: string;
  /** Rows of the sources that are read, by source name; of a push source those of its history, of a SQL source those that it reads. */
  readonly sources: Readonly<Record<string, readonly CaseRow[]>>;
  /** The clock of the case: the instant of every expectation that names none. */
  readonly now?: string | Date;
  readonly expect: readonly Expectation[];
}

/** Compiled definitions, or the objects that they are made of. */
export type CaseDefinitions =
  | { readonly definitions: Definitions }
  | { readonly objects: readonly DefinitionObject[]; readonly project?: string };

/** An expectation that did not hold. */
export interface Difference {
  /** Position in the case's `expect`. */
  readonly expectation: number;
  readonly keys: CaseRow;
  /** ISO 8601. */
  readonly at: string;
  /** `view:feature`. */
  readonly feature: string;
  /** In JSON form. */
  readonly expected: JsonValue;
  readonly got: JsonValue;
}
