import { LarderError } from '@larder/registry';
import { entityKeyPrefix, generationSuffix, ORDER_BYTES, pointerKey } from '@larder/row-format';
import { GenerationReader } from './generation-reader.js';
import type {
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
import { parsePointerKey } from './pointer-key.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer, pointerText } from './view-pointer.js';

/** The online store inside the process: the last resort of a laptop without Redis. Gone with the process. */
export class MemoryOnlineStore implements OnlineStore {
  readonly describe = 'in-process online store (values are gone when this process ends)';
  private readonly values = new Map<string, Buffer>();
  private readonly reader = new GenerationReader(async (keys) =>
    keys.texts().map((key) => this.values.get(key) ?? null),
  );

  read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
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

  async removePointer({ project, viewId, expected }: PointerRemoval): Promise<boolean> {
    const key = pointerKey(project, viewId);
    return this.values.get(key)?.toString('utf8') === pointerText(expected) && this.values.delete(key);
  }

  async listPointers(): Promise<readonly StoredPointer[]> {
    return [...this.values].flatMap(([key, bytes]) => {
      const place = parsePointerKey(key);
      const pointer = place === undefined ? undefined : parsePointer(bytes.toString('utf8'));
      return place === undefined || pointer === undefined ? [] : [{ ...place, pointer }];
    });
  }

  async openWriter(target: WriteTarget): Promise<RowWriter> {
    return new MemoryRowWriter(this.values, target);
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
}

class MemoryRowWriter implements RowWriter {
  private readonly suffix: string;
  private closed = false;
  private rows = 0;
  private fenced = 0;
  private bytes = 0;
  private keyBytes = 0;

  constructor(
    private readonly values: Map<string, Buffer>,
    private readonly target: WriteTarget,
  ) {
    this.suffix = generationSuffix(target.viewId, target.generation);
  }

  add(entityKey: string, row: Uint8Array): boolean {
    if (this.closed) return false;
    const key = entityKeyPrefix(this.target.project, entityKey) + this.suffix;
    this.rows++;
    this.bytes += row.length;
    this.keyBytes += Buffer.byteLength(key);
    if (this.target.mode === 'fenced' && this.isNewer(key, row)) this.fenced++;
    else this.values.set(key, Buffer.from(row));
    return true;
  }

  async drained(): Promise<void> {
    if (this.closed) throw new LarderError('ABORTED', 'the writer was closed');
  }

  async finish(): Promise<WriteCounts> {
    await this.drained();
    this.closed = true;
    const { rows, fenced, bytes, keyBytes } = this;
    return { written: rows - fenced, fenced, bytes, keyBytes };
  }

  async abort(): Promise<void> {
    this.closed = true;
  }

  /** Whether the stored row has a greater order. */
  private isNewer(key: string, row: Uint8Array): boolean {
    const stored = this.values.get(key);
    return stored !== undefined && Buffer.compare(stored.subarray(0, ORDER_BYTES), row.subarray(0, ORDER_BYTES)) > 0;
  }
}
