import { formatInstant, LarderError } from '@larder/registry';
import type { Snapshot } from '@larder/registry';
import { applyRequestSchema, planRequestSchema } from '@larder/registry-client';
import type { ProjectSummary, VersionRecord, ViewDescription } from '@larder/registry-client';
import { createRouter, validateBody, validateQuery } from '@larder/service-runtime';
import type { RequestHandler, Router } from '@larder/service-runtime';
import { readMaterialization } from '../materialization/materialization-store.js';
import type { RegistryContext } from '../registry-context.js';
import { listQuerySchema, parameterOf, projectOf, versionQuerySchema } from '../request-parameters.js';
import { applyDefinitions, planDefinitions } from './apply-definitions.js';
import { describeView, listFeatures } from './catalogue.js';
import { isKnownTag, tagOf } from './etag.js';
import type { AppliedChanges } from './project-store.js';
import { readCurrentSnapshot, readHistory, readProjects, readSnapshotText, readVersion } from './project-store.js';

/** Routes of projects, their definitions and what can be found in them. */
export function createDefinitionsRouter(context: RegistryContext): Router {
  const router = createRouter();
  router.get('/v1/projects', async (_request, response) => {
    const projects = await readProjects(context.database);
    response.json(
      projects.map(({ project, version, appliedAt }): ProjectSummary => ({
        project,
        version,
        appliedAt: formatInstant(appliedAt),
      })),
    );
  });
  router.post('/v1/projects/:project/plan', async (request, response) => {
    response.json(
      await planDefinitions(context.database, projectOf(request), validateBody(planRequestSchema, request.body)),
    );
  });
  router.post('/v1/projects/:project/apply', async (request, response) => {
    response.json(await applyDefinitions(context, projectOf(request), validateBody(applyRequestSchema, request.body)));
  });
  router.get('/v1/projects/:project/snapshot', sendSnapshot(context));
  router.get('/v1/projects/:project/history', async (request, response) => {
    const project = projectOf(request);
    const versions = await readHistory(context.database, project, validateQuery(listQuerySchema, request.query).limit);
    if (versions.length === 0) throw unknownProject(project);
    response.json(versions.map(toVersionRecord));
  });
  router.get('/v1/projects/:project/features', async (request, response) => {
    response.json(listFeatures(await currentSnapshot(context, projectOf(request))));
  });
  router.get('/v1/projects/:project/views/:name', async (request, response) => {
    const project = projectOf(request);
    const found = describeView(await currentSnapshot(context, project), parameterOf(request, 'name'));
    const materialization = (await readMaterialization(context.database, project, found.view.id)) ?? null;
    response.json({ ...found, materialization } satisfies ViewDescription);
  });
  return router;
}

/** The stored text itself, under a tag that changes with it: a watch asks every second and mostly gets 304. */
function sendSnapshot({ database }: RegistryContext): RequestHandler {
  return async (request, response) => {
    const project = projectOf(request);
    const { version: wanted } = validateQuery(versionQuerySchema, request.query);
    const found = await readVersion(database, project, wanted);
    if (found === undefined) throw wanted === undefined ? unknownProject(project) : unknownVersion(project, wanted);
    response.setHeader('etag', tagOf(found));
    response.setHeader('cache-control', 'no-cache');
    if (isKnownTag(request.get('if-none-match'), tagOf(found))) response.status(304).end();
    else response.type('application/json').send(await readSnapshotText(database, project, found.version));
  };
}

async function currentSnapshot({ database }: RegistryContext, project: string): Promise<Snapshot> {
  const snapshot = await readCurrentSnapshot(database, project);
  if (snapshot === undefined) throw unknownProject(project);
  return snapshot;
}

function toVersionRecord({ version, appliedAt, author, gitCommit, changes }: AppliedChanges): VersionRecord {
  return {
    version,
    appliedAt: formatInstant(appliedAt),
    ...(author === undefined ? {} : { author }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
    changes,
  };
}

function unknownProject(project: string): LarderError {
  return new LarderError('NOT_FOUND', `nothing has been applied to project ${project}`);
}

function unknownVersion(project: string, version: number): LarderError {
  return new LarderError('NOT_FOUND', `project ${project} has no version ${version}`);
}
