import type { MaterializationContext, RunReport } from '@larder/app-materializer-worker/run-materialization';
import { runMaterialization } from '@larder/app-materializer-worker/run-materialization';
import { RedisOnlineStore } from '@larder/online-store';
import { fixedClock } from '@larder/service-runtime';
import type { ChildRole } from '../lib/child-role.js';
import { afterHistory, historySnapshot, historyView } from './history-data.js';
import { openHistoryStore } from './history-store.js';

export interface ReloadFigures {
  readonly seconds: number;
  /** From the query's first chunk on until every row was acknowledged. */
  readonly writingSeconds: number;
  readonly rows: number;
}

/** The product: a whole reload as the materializer worker runs it, on real DuckDB and Redis; only the registry is left out. */
export const materializeProduct: ChildRole<
  { readonly directory: string; readonly redisUrl: string },
  null,
  null,
  ReloadFigures
> = {
  name: 'materialize-product',
  open: async ({ directory, redisUrl }) => {
    const offline = await openHistoryStore(directory);
    const online = new RedisOnlineStore({ url: redisUrl });
    return {
      info: null,
      run: () => reload({ offline, online, ...withoutRegistry(), clock: fixedClock(afterHistory) }),
      close: async () => {
        await online.close();
        await offline.close();
      },
    };
  },
};

async function reload(context: MaterializationContext): Promise<ReloadFigures> {
  const startedMs = performance.now();
  const startOf: Record<string, number> = {};
  const report: RunReport = await runMaterialization(context, {
    snapshot: historySnapshot,
    view: historyView(),
    payload: { mode: 'reload', requestedBy: 'manual' },
    signal: new AbortController().signal,
    report: ({ phase }) => (startOf[phase] ??= performance.now()),
  });
  const { writing, switching } = startOf;
  if (writing === undefined || switching === undefined) throw new Error('the run did not report its phases');
  return {
    seconds: (performance.now() - startedMs) / 1000,
    writingSeconds: (switching - writing) / 1000,
    rows: report.written?.written ?? 0,
  };
}

/** What a run asks of registry and queue, answered as on the first run of a view. */
function withoutRegistry(): Pick<MaterializationContext, 'states' | 'queue' | 'keepSeconds'> {
  return {
    states: {
      read: async () => undefined,
      save: async (_viewId, next, expected) => ({ ...next, revision: expected + 1, updatedAt: afterHistory }),
      recordRun: async () => undefined,
      runs: async () => [],
    },
    queue: {
      enqueue: () => {
        throw new Error('a first run removes nothing');
      },
    },
    keepSeconds: 600,
  };
}
