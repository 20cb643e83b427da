import { encodeRow, entityKeyPrefix } from '@larder/row-format';
import type { OnlineStore, WriteCounts, WriteTarget } from './online-store.js';
import type { ViewPointer } from './view-pointer.js';

/** Rows for tests: one string value each, so that every row can be told from every other. */

const SHAPE = { version: 1, features: [{ name: 'text', type: 'string' as const }] };

/** A row with `text` as its only value and an order of two numbers. */
export function rowOf(text: string, first = 0n, second = 0n): Buffer {
  return encodeRow(SHAPE, [text], { first, second, eventTimeMicros: 0n });
}

/** As `rowOf`, in hex: jest compares thousands of texts faster than as many buffers. */
export function hexOf(text: string, first = 0n, second = 0n): string {
  return rowOf(text, first, second).toString('hex');
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
): Promise<WriteCounts> {
  const writer = await store.openWriter(target);
  for (const [key, row] of rows) if (!writer.add(key, row)) await writer.drained();
  return writer.finish();
}

/** A row for each key, with the key as its value. */
export function rowsFor(keys: readonly string[]): (readonly [string, Buffer])[] {
  return keys.map((key) => [key, rowOf(key)] as const);
}

/** Makes a generation the one that readers use, whatever it was before. */
export async function pointAt(
  store: OnlineStore,
  { project, viewId, generation }: Omit<WriteTarget, 'mode'>,
): Promise<void> {
  const expected = await store.readPointer(project, viewId);
  await store.flipPointer({ project, viewId, expected, next: pointerTo(generation) });
}

/** The rows of one view for some entity keys, in hex. */
export async function readRows(
  store: OnlineStore,
  { project, viewId }: Pick<WriteTarget, 'project' | 'viewId'>,
  keys: readonly string[],
): Promise<(string | null)[]> {
  const [found] = await store.read([
    { project, viewId, keyPrefixes: keys.map((key) => entityKeyPrefix(project, key)) },
  ]);
  return (found?.rows ?? []).map((row) => row?.toString('hex') ?? null);
}
