import type { OnlineStore, RowWriter } from '@larder/online-store';

/** A store in which some calls do something else. */
export function storeWith(real: OnlineStore, changes: Partial<OnlineStore>): OnlineStore {
  return {
    describe: real.describe,
    read: (lookups) => real.read(lookups),
    readPointer: (...args) => real.readPointer(...args),
    flipPointer: (flip) => real.flipPointer(flip),
    removePointer: (removal) => real.removePointer(removal),
    listPointers: () => real.listPointers(),
    openWriter: (target) => real.openWriter(target),
    removeGeneration: (...args) => real.removeGeneration(...args),
    ping: () => real.ping(),
    close: () => real.close(),
    ...changes,
  };
}

/** A store whose writers end as `finish` says, once they have been given all rows. */
export function storeWithFinish(
  real: OnlineStore,
  finish: (writer: RowWriter) => ReturnType<RowWriter['finish']>,
): OnlineStore {
  const openWriter: OnlineStore['openWriter'] = async (target) => {
    const writer = await real.openWriter(target);
    return {
      add: (key, row) => writer.add(key, row),
      drained: () => writer.drained(),
      abort: () => writer.abort(),
      finish: () => finish(writer),
    };
  };
  return storeWith(real, { openWriter });
}
