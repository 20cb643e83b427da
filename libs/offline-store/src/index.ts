export { openOfflineStore, OfflineStore } from './offline-store.js';
export type { ColumnChunk, OfflineStoreOptions, QueryRows, WrittenParquet } from './offline-store.js';
export type { QueryOptions } from './connection-pool.js';
export type { ColumnSchema, ColumnVector } from './duckdb-values.js';
export { dateText } from './duckdb-values.js';
export type { SourceFile } from './source-files.js';
