import { buildNewestRowsQuery } from '@larder/point-in-time';
import type { ChildRole } from '../lib/child-role.js';
import { afterHistory, historySnapshot, historyView } from './history-data.js';
import { openHistoryStore } from './history-store.js';

/** The query alone: the newest row of every user streamed out of DuckDB as columns, and nothing done with them. */
export const queryFloor: ChildRole<
  { readonly directory: string },
  null,
  null,
  { readonly seconds: number; readonly rows: number }
> = {
  name: 'query-floor',
  open: async ({ directory }) => {
    const store = await openHistoryStore(directory);
    return {
      info: null,
      run: async () => {
        const startedMs = performance.now();
        const view = historyView();
        const { sql } = buildNewestRowsQuery(await store.describeSources(historySnapshot, [view]), view, {
          asOf: afterHistory,
        });
        let rows = 0;
        for await (const chunk of store.streamColumns(sql)) rows += chunk.rows;
        return { seconds: (performance.now() - startedMs) / 1000, rows };
      },
      close: () => store.close(),
    };
  },
};
