import type { Snapshot } from '@larder/registry';
import { lineageOf } from '@larder/registry';
import type { Lineage, ViewDescription } from '@larder/registry-client';
import { createRouter, validateQuery } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import { readConsumers } from '../consumers/consumer-store.js';
import { readMaterialization } from '../materialization/materialization-store.js';
import type { RegistryContext } from '../registry-context.js';
import { parameterOf, projectOf, searchQuerySchema } from '../request-parameters.js';
import { describeView, listFeatures } from './catalogue.js';
import { unknownProject } from './definition-errors.js';
import { readFreshness } from './freshness.js';
import { readCurrentSnapshot } from './project-store.js';
import { searchProject } from './search.js';

/** Routes of what can be found in a project. */
export function createCatalogueRouter(context: RegistryContext): Router {
  const { database } = context;
  const router = createRouter();
  router.get('/v1/projects/:project/features', async (request, response) => {
    response.json(listFeatures(await currentSnapshot(context, projectOf(request))));
  });
  router.get('/v1/projects/:project/search', async (request, response) => {
    const query = validateQuery(searchQuerySchema, request.query);
    response.json(await searchProject(database, await currentSnapshot(context, projectOf(request)), query));
  });
  router.get('/v1/projects/:project/lineage/:name', async (request, response) => {
    const project = projectOf(request);
    const snapshot = await currentSnapshot(context, project);
    const consumers = await readConsumers(database, project);
    response.json(lineageOf(snapshot, parameterOf(request, 'name'), consumers) satisfies Lineage);
  });
  router.get('/v1/projects/:project/views/:name', async (request, response) => {
    const project = projectOf(request);
    const found = describeView(await currentSnapshot(context, project), parameterOf(request, 'name'));
    const materialization = (await readMaterialization(database, project, found.view.id)) ?? null;
    const freshness = (await readFreshness(database, project, [found.view])).get(found.view.name) ?? null;
    response.json({ ...found, materialization, freshness } satisfies ViewDescription);
  });
  return router;
}

async function currentSnapshot({ database }: RegistryContext, project: string): Promise<Snapshot> {
  const snapshot = await readCurrentSnapshot(database, project);
  if (snapshot === undefined) throw unknownProject(project);
  return snapshot;
}
