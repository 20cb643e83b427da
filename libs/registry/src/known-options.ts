import type { ColumnOptions } from './columns.js';
import type { WindowOptions } from './aggregates.js';
import type {
  AliasInput,
  EntityInput,
  FeatureServiceInput,
  FeatureViewInput,
  ParquetSourceInput,
  PushSourceInput,
  SqlSourceInput,
} from './definitions.js';
import { nearest } from './nearest.js';
import type { Described, Protected } from './snapshot.js';

/**
 * The options of each kind of definition object. Definition files are bundled without a type check, so a misspelt option
 * would otherwise be ignored in silence.
 */

type Names<T> = Readonly<Record<keyof T, true>>;

const DESCRIBED: Names<Described> = { description: true, owner: true, tags: true, deprecated: true };
const OBJECT: Names<Described & Protected> & Names<{ kind: 0; name: 0 }> = {
  ...DESCRIBED,
  kind: true,
  name: true,
  protect: true,
};
const TIMES = { eventTime: true, createdTime: true, trustedHistoryBefore: true, tombstone: true } as const;

const ENTITY: Names<EntityInput> = { ...OBJECT, joinKeys: true };
const PARQUET: Names<ParquetSourceInput> = { ...OBJECT, ...TIMES, path: true };
const SQL: Names<SqlSourceInput> = { ...OBJECT, ...TIMES, query: true, reads: true };
const PUSH: Names<PushSourceInput> = { ...OBJECT, history: true };
const FEATURE_VIEW: Names<FeatureViewInput> = {
  ...OBJECT,
  entities: true,
  source: true,
  features: true,
  cadence: true,
  filter: true,
  ttl: true,
  accuracy: true,
  delay: true,
  online: true,
  onStale: true,
  similarTo: true,
};
const FEATURE_SERVICE: Names<FeatureServiceInput> = { ...OBJECT, items: true };
const ALIAS: Names<AliasInput> = { kind: true, view: true, alias: true, joinKeys: true, features: true };
const COLUMN: Names<ColumnOptions> = { ...DESCRIBED, column: true, default: true };
const AGGREGATE: Names<WindowOptions> = { ...DESCRIBED, window: true, filter: true, default: true };

const OPTIONS = {
  entity: ENTITY,
  parquet: PARQUET,
  sql: SQL,
  push: PUSH,
  featureView: FEATURE_VIEW,
  featureService: FEATURE_SERVICE,
  alias: ALIAS,
  column: COLUMN,
  aggregate: AGGREGATE,
} as const;

/** Every option that `kind` does not know, with what is wrong about it. */
export function unknownOptions(kind: keyof typeof OPTIONS, options: object): { name: string; message: string }[] {
  const known = Object.keys(OPTIONS[kind]);
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return { name, message: `is no known option${near === undefined ? '' : `; did you mean ${near}?`}` };
    });
}
