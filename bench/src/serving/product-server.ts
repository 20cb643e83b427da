import { createServingHandlers, noConsumerCounts, PlanCache, ReadService } from '@larder/app-online-serving/read-path';
import { RedisOnlineStore } from '@larder/online-store';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { openGrpcServer } from '@larder/serving-api';
import type { ChildRole } from '../lib/child-role.js';
import { servingSnapshot } from './serving-project.js';

interface Settings {
  readonly redisUrl: string;
}

/** The product: the read path and the gRPC server of the online-serving app, on a real Redis, with its metrics. */
export const productServer: ChildRole<Settings, { readonly port: number }> = {
  name: 'product-server',
  open: async ({ redisUrl }) => {
    const store = new RedisOnlineStore({ url: redisUrl });
    const onStoreFailure = (error: unknown): never => {
      throw error;
    };
    const plans = new PlanCache({ currentSnapshot: () => servingSnapshot });
    const reads = new ReadService({ store, projects: { of: () => plans }, clock: systemClock, onStoreFailure });
    const metrics = new Metrics({ processMetrics: true });
    const handlers = createServingHandlers({
      reads,
      consumers: noConsumerCounts,
      metrics,
      logger: silentLogger(),
      isServing: () => true,
    });
    const server = await openGrpcServer({ host: '127.0.0.1', port: 0, handlers });
    return {
      info: { port: server.port },
      close: async () => {
        await server.close(AbortSignal.timeout(1000));
        await store.close();
      },
    };
  },
};
