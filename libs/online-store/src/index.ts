export type {
  OnlineStore,
  PointerFlip,
  PointerRemoval,
  RowWriter,
  StoredPointer,
  ViewLookup,
  ViewRows,
  WriteCounts,
  WriteTarget,
} from './online-store.js';
export { PackedKeys } from './packed-keys.js';
export { pointerText, parsePointer } from './view-pointer.js';
export type { ViewPointer } from './view-pointer.js';
export { MemoryOnlineStore } from './memory-online-store.js';
export { RedisOnlineStore } from './redis-online-store.js';
export type { RedisOnlineStoreOptions } from './redis-online-store.js';
