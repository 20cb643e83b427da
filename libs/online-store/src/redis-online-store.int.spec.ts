import { startTestRedis } from '@larder/testing';
import { describeOnlineStore } from './online-store.contract.js';
import { RedisOnlineStore } from './redis-online-store.js';

describeOnlineStore('RedisOnlineStore', async () => {
  const redis = await startTestRedis();
  const [store, other] = [new RedisOnlineStore({ url: redis.url }), new RedisOnlineStore({ url: redis.url })];
  return {
    store,
    other,
    close: async () => {
      await Promise.all([store.close(), other.close()]);
      await redis.close();
    },
  };
});
