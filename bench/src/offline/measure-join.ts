import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { alternate } from '../lib/alternate.js';
import { openBenchFolder } from '../lib/bench-folder.js';
import type { BenchContext } from '../lib/run-bench.js';
import { HISTORY_FILE, historyQuery, spineQuery } from './history-data.js';
import { openHistoryStore } from './history-store.js';
import { productPlan } from './point-in-time-product.js';
import type { FloorFiles } from './point-in-time-floor.js';

/** A folder with a history in it. */
export interface JoinSetup {
  readonly store: OfflineStore;
  readonly directory: string;
  readonly historyRows: number;
  readonly entities: number;
}

/** Writes the history; a tenth as many users as rows. */
export async function openJoinSetup(context: BenchContext, historyRows: number): Promise<JoinSetup> {
  const { path: directory } = await context.use(openBenchFolder());
  const store = await context.use(openHistoryStore(directory));
  const entities = Math.max(1, Math.round(historyRows / 10));
  context.onProgress(`writing ${historyRows} rows of history`);
  await store.writeParquet(historyQuery(historyRows, entities), join(directory, HISTORY_FILE));
  return { store, directory, historyRows, entities };
}

export interface JoinQuestion {
  readonly spine: { readonly name: string; readonly rows: number; readonly from: string; readonly days: number };
  readonly floor: (files: FloorFiles) => string;
  /** Further plans to be measured, whose results are not compared. */
  readonly others?: Readonly<Record<string, (files: FloorFiles) => string>>;
  readonly repeats: number;
}

/**
 * Seconds of floor, product and further plans, Parquet to Parquet. Error unless floor and product wrote the same rows with the same
 * values in the same order.
 */
export async function measureJoin(
  context: BenchContext,
  setup: JoinSetup,
  question: JoinQuestion,
): Promise<Record<string, number[]>> {
  const { store, directory, entities } = setup;
  const files = { history: join(directory, HISTORY_FILE), spine: join(directory, `${question.spine.name}.parquet`) };
  await store.writeParquet(spineQuery({ ...question.spine, entities }), files.spine);
  const output = (side: string): string => join(directory, `${question.spine.name}-${side}.parquet`);
  const timed = (side: string, plan: () => Promise<string>) => async () => {
    const startedMs = performance.now();
    await store.writeParquet(await plan(), output(side));
    return { seconds: (performance.now() - startedMs) / 1000 };
  };
  const others = Object.entries(question.others ?? {}).map(
    ([side, plan]) => [side, timed(side, async () => plan(files))] as const,
  );
  const sides = {
    floor: timed('floor', async () => question.floor(files)),
    product: timed('product', () => productPlan(store, files.spine)),
    ...Object.fromEntries(others),
  };
  const onProgress = (message: string): void => context.onProgress(`${question.spine.name}: ${message}`);
  const samples: Record<string, Record<string, number[]>> = await alternate({
    sides,
    warmUps: 1,
    repeats: question.repeats,
    onProgress,
  });
  await compareResults(store, output('floor'), output('product'));
  return Object.fromEntries(Object.entries(samples).map(([side, figures]) => [side, figures['seconds'] ?? []]));
}

async function compareResults(store: OfflineStore, left: string, right: string): Promise<void> {
  const one = await digestOf(store, left);
  const other = await digestOf(store, right);
  if (one !== other) throw new Error(`floor and product do not agree: ${one} and ${other}`);
}

/** Rows, values that are there, and a digest of all values with their place in the file. */
async function digestOf(store: OfflineStore, path: string): Promise<string> {
  const rows = `(SELECT * FROM read_parquet('${path}', file_row_number = true))`;
  const found = await store.readRows(
    `SELECT count(*), count(watch_count), bit_xor(hash(result))::VARCHAR FROM ${rows} AS result`,
  );
  return (found.rows[0] as (bigint | string)[]).join(' ');
}
