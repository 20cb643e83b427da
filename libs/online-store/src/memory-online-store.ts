import { bucketOf, bucketTag, generationSuffix, ORDER_BYTES, pointerKey } from '@larder/row-format';
import { GenerationReader } from './generation-reader.js';
import type { OnlineStore, PointerFlip, RowWriter, ViewLookup, ViewRows, WriteTarget } from './online-store.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer, pointerText } from './view-pointer.js';

/** The online store inside the process: the last resort of a laptop without Redis. Gone with the process. */
export class MemoryOnlineStore implements OnlineStore {
  readonly describe = 'in-process online store (values are gone when this process ends)';
  private readonly values = new Map<string, Buffer>();
  private readonly reader = new GenerationReader(async (keys) => keys.map((key) => this.values.get(key) ?? null));

  async read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    return this.reader.read(lookups);
  }

  async readPointer(project: string, viewId: number): Promise<ViewPointer | undefined> {
    const bytes = this.values.get(pointerKey(project, viewId));
    return bytes === undefined ? undefined : parsePointer(bytes.toString('utf8'));
  }

  async flipPointer({ project, viewId, expected, next }: PointerFlip): Promise<boolean> {
    const key = pointerKey(project, viewId);
    const stored = this.values.get(key)?.toString('utf8');
    if (stored !== (expected === undefined ? undefined : pointerText(expected))) return false;
    this.values.set(key, Buffer.from(pointerText(next)));
    return true;
  }

  async openWriter(target: WriteTarget): Promise<RowWriter> {
    const suffix = `:${generationSuffix(target.viewId, target.generation)}`;
    const counts = { written: 0, fenced: 0, bytes: 0 };
    return {
      add: (entityKey, row) => {
        const key = `${target.project}{${bucketTag(bucketOf(entityKey))}}${entityKey}${suffix}`;
        if (target.mode === 'fenced' && this.losesAgainstStored(key, row)) {
          counts.fenced++;
          return true;
        }
        this.values.set(key, Buffer.from(row));
        counts.written++;
        counts.bytes += row.length;
        return true;
      },
      drained: async () => undefined,
      finish: async () => counts,
      abort: async () => undefined,
    };
  }

  async removeGeneration(project: string, viewId: number, generation: number): Promise<number> {
    const ending = `:${generationSuffix(viewId, generation)}`;
    const doomed = [...this.values.keys()].filter((key) => key.startsWith(`${project}{`) && key.endsWith(ending));
    for (const key of doomed) this.values.delete(key);
    return doomed.length;
  }

  async ping(): Promise<void> {
    await Promise.resolve();
  }

  async close(): Promise<void> {
    this.values.clear();
  }

  private losesAgainstStored(key: string, row: Uint8Array): boolean {
    const stored = this.values.get(key);
    return stored !== undefined && Buffer.compare(stored.subarray(0, ORDER_BYTES), row.subarray(0, ORDER_BYTES)) > 0;
  }
}
