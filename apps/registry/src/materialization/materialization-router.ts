import { LarderError } from '@larder/registry';
import type { MaterializationAnswer } from '@larder/registry-client';
import { materializationWriteSchema, runRecordSchema } from '@larder/registry-client';
import { createRouter, validateBody, validateQuery } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import type { RegistryContext } from '../registry-context.js';
import { projectOf, runsQuerySchema, viewIdOf } from '../request-parameters.js';
import { readMaterialization, writeMaterialization } from './materialization-store.js';
import { readRuns, writeRun } from './run-store.js';

const STATE = '/v1/projects/:project/views/:viewId/materialization';
const RUNS = '/v1/projects/:project/runs';

/** Routes of what is known about online values: the state of each view, and the runs that made it. */
export function createMaterializationRouter(context: RegistryContext): Router {
  const { database } = context;
  const router = createRouter();
  router.get(STATE, async (request, response) => {
    const state = await readMaterialization(database, projectOf(request), viewIdOf(request));
    response.json({ state: state ?? null } satisfies MaterializationAnswer);
  });
  router.put(STATE, async (request, response) => {
    const [project, viewId] = [projectOf(request), viewIdOf(request)];
    const write = validateBody(materializationWriteSchema, request.body);
    if (write.state.viewId !== viewId) {
      throw LarderError.fromProblems('request body', [
        { path: 'state.viewId', message: `is not the path's ${viewId}` },
      ]);
    }
    response.json({ state: await writeMaterialization(context, project, write) } satisfies MaterializationAnswer);
  });
  router.post(RUNS, async (request, response) => {
    const run = validateBody(runRecordSchema, request.body);
    await writeRun(database, projectOf(request), run);
    response.json(run);
  });
  router.get(RUNS, async (request, response) => {
    response.json(await readRuns(database, projectOf(request), validateQuery(runsQuerySchema, request.query)));
  });
  return router;
}
