import express from 'express';
import type { Router } from 'express';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';

/** `GET /health/live`, `GET /health/ready` (200 or 503) and `GET /metrics`. */
export function createRuntimeRouter({
  health,
  metrics,
}: {
  readonly health: Health;
  readonly metrics: Metrics;
}): Router {
  const router = express.Router();
  router.get('/health/live', (_request, response) => {
    const live = health.isLive();
    response.status(live ? 200 : 503).json({ live });
  });
  router.get('/health/ready', async (_request, response) => {
    const readiness = await health.readiness();
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  router.get('/metrics', async (_request, response) => {
    const text = await metrics.text();
    response.type(metrics.contentType).send(text);
  });
  return router;
}
