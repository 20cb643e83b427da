import { encodeRow, entityKeyPrefix } from '@larder/row-format';
import type { OnlineStore, WriteTarget } from './online-store.js';
import type { ViewPointer } from './view-pointer.js';

/** Rows for tests: one string value each, so that every row can be told from every other. */

const SHAPE = { version: 1, features: [{ name: 'text', type: 'string' as const }] };

/** A row with `text` as its only value and an order of two numbers. */
export function rowOf(text: string, first = 0n, second = 0n): Buffer {
  return encodeRow(SHAPE, [text], { first, second, eventTimeMicros: 0n });
}

/** A pointer to a generation; the epoch tells pointers to one generation apart. */
export function pointerTo(generation: number, epoch = 'e'): ViewPointer {
  return { viewVersion: 1, generation, epoch };
}

/** Writes rows and waits until they are acknowledged. */
export async function writeRows(
  store: OnlineStore,
  target: WriteTarget,
  rows: Iterable<readonly [string, Uint8Array]>,
): ReturnType<WriterFinish> {
  const writer = await store.openWriter(target);
  for (const [key, row] of rows) if (!writer.add(key, row)) await writer.drained();
  return writer.finish();
}

type WriterFinish = Awaited<ReturnType<OnlineStore['openWriter']>>['finish'];

/** The rows of one view for some entity keys. */
export async function readRows(
  store: OnlineStore,
  { project, viewId }: Pick<WriteTarget, 'project' | 'viewId'>,
  keys: readonly string[],
): Promise<readonly (Buffer | null)[]> {
  const [found] = await store.read([
    { project, viewId, keyPrefixes: keys.map((key) => entityKeyPrefix(project, key)) },
  ]);
  return found?.rows ?? [];
}
