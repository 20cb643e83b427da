import { createRouter, exactJsonText, validateBody, validateQuery } from '@larder/service-runtime';
import type { Response, Router } from '@larder/service-runtime';
import { z } from 'zod';
import { abortedWith, callerOf } from './caller.js';
import { rowObjects } from './row-objects.js';
import type { TrainingSetService } from './training-set-service.js';
import { MAX_DIRECT_ROWS } from './training-set-service.js';
import { trainingSetBody } from './training-set-request.js';

const rowsQuery = z.strictObject({
  offset: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
  limit: wholeNumber(1, MAX_DIRECT_ROWS, MAX_DIRECT_ROWS),
});

/**
 * `POST /v1/training-sets` · `GET|DELETE /v1/training-sets/:id` · `GET /v1/training-sets/:id/rows` · `GET /v1/training-sets/:id/file`.
 */
export function createTrainingSetRouter(service: TrainingSetService): Router {
  const router = createRouter();
  router.post('/v1/training-sets', async (request, response) => {
    const body = validateBody(trainingSetBody, request.body);
    if (body.format === 'json') {
      const { rows, columns, ...answer } = await service.answer(body, {
        consumer: callerOf(request),
        signal: abortedWith(response),
      });
      sendExact(response, { ...answer, columns, rows: rowObjects({ rows, columns }) });
      return;
    }
    const job = await service.submit(body, callerOf(request));
    response.status(202).location(`/v1/training-sets/${job.id}`).json(job);
  });
  router.get('/v1/training-sets/:id', async (request, response) => {
    response.json(await service.find(request.params.id));
  });
  router.delete('/v1/training-sets/:id', async (request, response) => {
    response.json(await service.cancel(request.params.id));
  });
  router.get('/v1/training-sets/:id/rows', async (request, response) => {
    const { rows, columns } = await service.rows(request.params.id, validateQuery(rowsQuery, request.query));
    sendExact(response, { columns, rows: rowObjects({ rows, columns }) });
  });
  router.get('/v1/training-sets/:id/file', async (request, response) => {
    const path = await service.file(request.params.id);
    response.download(path, `training-set-${request.params.id}.parquet`, {
      dotfiles: 'allow',
      headers: { 'content-type': 'application/vnd.apache.parquet' },
    });
  });
  return router;
}

function sendExact(response: Response, value: unknown): void {
  response.type('application/json').send(exactJsonText(value));
}

function wholeNumber(min: number, max: number, absent: number): z.ZodType<number> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
    .default(absent);
}
