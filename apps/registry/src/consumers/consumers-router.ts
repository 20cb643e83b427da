import { consumersReportSchema } from '@larder/registry-client';
import { createRouter, validateBody, validateQuery } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import type { RegistryContext } from '../registry-context.js';
import { listQuerySchema, projectOf } from '../request-parameters.js';
import { addConsumers, readConsumers } from './consumer-store.js';

const CONSUMERS = '/v1/projects/:project/consumers';

/** Routes of the applications that were seen reading. */
export function createConsumersRouter(context: RegistryContext): Router {
  const router = createRouter();
  router.get(CONSUMERS, async (request, response) => {
    const { limit } = validateQuery(listQuerySchema, request.query);
    response.json(await readConsumers(context.database, projectOf(request), limit));
  });
  router.post(CONSUMERS, async (request, response) => {
    const { consumers } = validateBody(consumersReportSchema, request.body);
    await addConsumers(context, projectOf(request), consumers);
    response.json({ consumers: consumers.length });
  });
  return router;
}
