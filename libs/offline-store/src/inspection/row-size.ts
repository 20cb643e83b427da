import type { FeatureViewSpec, Snapshot } from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';
import { ByteWriter, ChunkRowEncoder, encodeEntityKey, entityKeyPrefix, generationSuffix } from '@larder/row-format';
import type { Lease } from '../connection-pool.js';
import { columnReaders, fromDuckDbValue, schemaOf } from '../duckdb-values.js';

/** Times of any row take as many bytes. */
const TIMES = { first: 0n, second: 0n, eventTimeMicros: 0n };

/** Mean bytes of a packed row and its key, over the rows that `sql` gives: join keys, then features. 0 without rows. */
export async function meanRowBytes(
  { connection }: Lease,
  { snapshot, view, sql }: { readonly snapshot: Snapshot; readonly view: FeatureViewSpec; readonly sql: string },
): Promise<number> {
  const keys = joinKeysOfView(snapshot, view);
  const result = await connection.run(sql);
  const readers = columnReaders(result);
  const types = schemaOf(result).map((column) => column.type);
  const writer = new ByteWriter(4096);
  let rows = 0;
  let bytes = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const open = chunk;
    const columns = readers.map((read, index) => read(open, index));
    const encoder = new ChunkRowEncoder(view, columns.slice(keys.length));
    const keyVectors = keys.map((_, index) => open.getColumnVector(index));
    for (let row = 0; row < open.rowCount; row++) {
      const values = keyVectors.map((vector, index) => fromDuckDbValue(types[index] ?? 'string', vector.getItem(row)));
      const key = entityKeyPrefix(snapshot.project, encodeEntityKey(keys, values)) + generationSuffix(view.id, 1);
      writer.reset();
      bytes += Buffer.byteLength(key) + encoder.write(writer, row, TIMES);
      rows++;
    }
  }
  return rows === 0 ? 0 : bytes / rows;
}
