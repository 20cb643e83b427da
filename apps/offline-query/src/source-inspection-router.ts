import { inspectionRequestSchema } from '@larder/registry-client';
import { createRouter, validateBody } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import { abortedWith } from './caller.js';
import type { SourceInspectionService } from './source-inspection-service.js';

/** `POST /v1/source-inspections`: what the data says to definitions; the registry asks before it plans and applies. */
export function createSourceInspectionRouter(service: SourceInspectionService): Router {
  const router = createRouter();
  router.post('/v1/source-inspections', async (request, response) => {
    const body = validateBody(inspectionRequestSchema, request.body);
    response.json(await service.inspect(body, abortedWith(response)));
  });
  return router;
}
