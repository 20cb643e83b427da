import type { OfflineStore } from '@larder/offline-store';
import { buildTrainingSetQuery } from '@larder/point-in-time';
import { instantFromMicros, resolveFeatures } from '@larder/registry';
import { historySnapshot, historyView } from './history-data.js';

/** The product's plan for a spine in a Parquet file: sources described and the query built as the training-set service does it. */
export async function productPlan(store: OfflineStore, spinePath: string): Promise<string> {
  const view = historyView();
  const context = await store.describeSources(historySnapshot, [view]);
  const features = view.features.map((feature) => `${view.name}:${feature.name}`);
  const { rows } = await store.readRows(
    `SELECT count(*), epoch_us(min(asked_at)), epoch_us(max(asked_at)) FROM read_parquet('${spinePath}')`,
  );
  const [count, minTime, maxTime] = (rows[0] ?? []) as bigint[];
  return buildTrainingSetQuery(context, {
    views: resolveFeatures(historySnapshot, { features }),
    spine: {
      sql: `SELECT * FROM read_parquet('${spinePath}')`,
      columns: [
        { name: 'request_id', type: 'BIGINT' },
        { name: 'user_id', type: 'BIGINT' },
        { name: 'asked_at', type: 'TIMESTAMP' },
      ],
      timestampColumn: 'asked_at',
      rows: Number(count),
      minTime: instantFromMicros(minTime ?? 0n),
      maxTime: instantFromMicros(maxTime ?? 0n),
    },
  }).sql;
}
