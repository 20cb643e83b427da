import { writeView } from '@larder/app-materializer-worker/write-view';
import type { ColumnChunk } from '@larder/offline-store';
import { RedisOnlineStore } from '@larder/online-store';
import { buildNewestRowsQuery } from '@larder/point-in-time';
import type { ChildRole } from '../lib/child-role.js';
import { usageOfProcess } from '../lib/child-role.js';
import { afterHistory, historySnapshot, historyView } from './history-data.js';
import { openHistoryStore } from './history-store.js';
import type { MsetFigures } from './mset-floor.js';

/** The product's write path alone: the query's columns are at hand; rows are packed, written and acknowledged. */
export const writePath: ChildRole<{ readonly directory: string; readonly redisUrl: string }, null, null, MsetFigures> =
  {
    name: 'write-path',
    open: async ({ directory, redisUrl }) => {
      const { chunks, joinKeys } = await readChunks(directory);
      const online = new RedisOnlineStore({ url: redisUrl });
      const view = historyView();
      return {
        info: null,
        run: async () => {
          const before = usageOfProcess().cpuSeconds;
          const startedMs = performance.now();
          const writer = await online.openWriter({ project: 'bench', viewId: view.id, generation: 1, mode: 'fresh' });
          const { written } = await writeView(each(chunks), {
            view,
            joinKeys,
            order: { kind: 'plain', loadedAt: afterHistory },
            writer,
            signal: new AbortController().signal,
            onProgress: () => undefined,
          });
          const seconds = (performance.now() - startedMs) / 1000;
          return { seconds, cpuSeconds: usageOfProcess().cpuSeconds - before, rows: written };
        },
        close: () => online.close(),
      };
    },
  };

async function readChunks(
  directory: string,
): Promise<{ chunks: ColumnChunk[]; joinKeys: ReturnType<typeof buildNewestRowsQuery>['joinKeys'] }> {
  const store = await openHistoryStore(directory);
  const view = historyView();
  const context = await store.describeSources(historySnapshot, [view]);
  const { sql, joinKeys } = buildNewestRowsQuery(context, view, { asOf: afterHistory });
  const chunks: ColumnChunk[] = [];
  for await (const chunk of store.streamColumns(sql)) chunks.push(chunk);
  await store.close();
  return { chunks, joinKeys };
}

async function* each(chunks: readonly ColumnChunk[]): AsyncGenerator<ColumnChunk> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
