import { createRouter } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import { buildOpenApiDocument } from './openapi-document.js';

/** `GET /v1/openapi.json`. */
export function createOpenApiRouter(): Router {
  const text = JSON.stringify(buildOpenApiDocument());
  const router = createRouter();
  router.get('/v1/openapi.json', (_request, response) => {
    response.type('application/json').send(text);
  });
  return router;
}
