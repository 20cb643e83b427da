export { ByteWriter, varintLength } from './byte-writer.js';
export { encodeEntityKey, encodeJoinKey, escapeText, readEntityKey } from './entity-key.js';
export { bucketOf, bucketOfBytes, bucketTag, entityKeyPrefix, generationSuffix, pointerKey } from './online-key.js';
export {
  FLAG_HAS_NULLS,
  FLAG_TOMBSTONE,
  HEADER_BYTES,
  ORDER_BYTES,
  ROW_FORMAT_VERSION,
  rowAgeTimeMicros,
  rowFlags,
  rowFormatVersion,
  rowViewVersion,
} from './row-header.js';
export { VALUES_TAG } from './value-fields.js';
export { encodeValueEntry, NULL_ENTRY, writeValueEntry } from './value-writers.js';
export type { ColumnVector } from './column-writers.js';
export { ChunkRowEncoder, encodeRow, encodeTombstone, writeTombstone } from './row-encoder.js';
export type { RowShape, RowTimes } from './row-encoder.js';
export { entryBounds, isNullEntry, rowEventTimeMicros, VALUES_OFFSET } from './read-row.js';
