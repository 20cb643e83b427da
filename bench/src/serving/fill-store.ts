import { RedisOnlineStore } from '@larder/online-store';
import { encodeEntityKey, encodeRow } from '@larder/row-format';
import { rowTime, rowValues, servingSnapshot, userId } from './serving-project.js';

const KEYS = [{ name: 'user_id', type: 'string' }] as const;

/** Writes `entities` rows of every view into generation 1 and points readers at it, with the code that materialization uses. */
export async function fillStore(redisUrl: string, entities: number): Promise<void> {
  const { project, featureViews } = servingSnapshot;
  const store = new RedisOnlineStore({ url: redisUrl });
  try {
    for (const [index, view] of featureViews.entries()) {
      const writer = await store.openWriter({ project, viewId: view.id, generation: 1, mode: 'fresh' });
      const times = { first: rowTime, second: rowTime, eventTimeMicros: rowTime };
      for (let entity = 0; entity < entities; entity++) {
        const row = encodeRow(view, rowValues(entity, index), times);
        if (!writer.add(encodeEntityKey(KEYS, [userId(entity)]), row)) await writer.drained();
      }
      await writer.finish();
      const next = { viewVersion: view.version, generation: 1, epoch: 'bench' };
      await store.flipPointer({ project, viewId: view.id, expected: undefined, next });
    }
  } finally {
    await store.close();
  }
}
