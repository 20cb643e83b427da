import { isDeepStrictEqual } from 'node:util';
import { PlanCache, ReadService } from '@larder/app-online-serving/read-path';
import type { OfflineStore } from '@larder/offline-store';
import { RedisOnlineStore } from '@larder/online-store';
import { decodeResponse, valueFromWire } from '@larder/serving-api';
import { fixedClock } from '@larder/service-runtime';
import type { FeatureValue } from '@larder/registry';
import { afterHistory, historySnapshot, historyView } from './history-data.js';

const CHECKED = 1000;

/** Reads some entities as the online-serving app does. Error unless they have the values that plain SQL finds in the history. */
export async function checkReload(store: OfflineStore, historyPath: string, redisUrl: string): Promise<void> {
  const view = historyView();
  const { rows } = await store.readRows(
    newestRows(
      historyPath,
      view.features.map((feature) => feature.name),
    ),
  );
  const online = new RedisOnlineStore({ url: redisUrl });
  try {
    const plans = new PlanCache({ currentSnapshot: () => historySnapshot });
    const reads = new ReadService({
      store: online,
      projects: { of: () => plans },
      clock: fixedClock(afterHistory),
      onStoreFailure: () => undefined,
    });
    const features = view.features.map((feature) => `${view.name}:${feature.name}`);
    const joinKeys = [{ name: 'user_id', values: rows.map((row) => row[0] ?? null) }];
    const request = {
      project: '',
      featureService: undefined,
      features,
      joinKeys,
      fullFeatureNames: false,
      maxAgeMicros: undefined,
    };
    const { entities } = decodeResponse((await reads.read(request, undefined)).bytes);
    const found = entities.map((entity): FeatureValue[] =>
      entity.views.flatMap((row) => row.values.map(valueFromWire)),
    );
    const wrong = rows.findIndex((row, index) => !isDeepStrictEqual(row.slice(1), found[index]));
    if (rows.length === 0 || wrong !== -1)
      throw new Error(`the reload wrote other values than SQL finds, first for user number ${wrong}`);
  } finally {
    await online.close();
  }
}

function newestRows(path: string, features: readonly string[]): string {
  return `SELECT user_id, ${features.join(', ')}
FROM read_parquet('${path}', file_row_number = true)
WHERE user_id IN (SELECT DISTINCT user_id FROM read_parquet('${path}') ORDER BY user_id LIMIT ${CHECKED})
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY event_time DESC, created_time DESC, file_row_number DESC) = 1`;
}
