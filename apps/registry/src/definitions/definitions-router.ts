import { formatInstant } from '@larder/registry';
import { applyRequestSchema, planRequestSchema, rollbackRequestSchema } from '@larder/registry-client';
import type { ProjectSummary, VersionRecord } from '@larder/registry-client';
import { createRouter, validateBody, validateQuery } from '@larder/service-runtime';
import type { RequestHandler, Router } from '@larder/service-runtime';
import type { RegistryContext } from '../registry-context.js';
import { diffQuerySchema, listQuerySchema, projectOf, versionQuerySchema } from '../request-parameters.js';
import { applyDefinitions, rollback } from './apply-definitions.js';
import { unknownProject, unknownVersion } from './definition-errors.js';
import { diffVersions } from './diff.js';
import { isKnownTag, tagOf } from './etag.js';
import { planDefinitions } from './plan-definitions.js';
import type { AppliedChanges, AppliedVersion } from './project-store.js';
import { readHistory, readProjects, readSnapshotText, readVersion } from './project-store.js';

/** Routes of projects and the versions of their definitions. */
export function createDefinitionsRouter(context: RegistryContext): Router {
  const { database } = context;
  const router = createRouter();
  router.get('/v1/projects', async (_request, response) => {
    response.json((await readProjects(database)).map(toProjectSummary));
  });
  router.post('/v1/projects/:project/plan', async (request, response) => {
    const body = validateBody(planRequestSchema, request.body);
    response.json(await planDefinitions(context, projectOf(request), body));
  });
  router.post('/v1/projects/:project/apply', async (request, response) => {
    const body = validateBody(applyRequestSchema, request.body);
    response.json(await applyDefinitions(context, projectOf(request), body));
  });
  router.post('/v1/projects/:project/rollback', async (request, response) => {
    const body = validateBody(rollbackRequestSchema, request.body);
    response.json(await rollback(context, projectOf(request), body));
  });
  router.get('/v1/projects/:project/snapshot', sendSnapshot(context));
  router.get('/v1/projects/:project/history', async (request, response) => {
    const project = projectOf(request);
    const versions = await readHistory(database, project, validateQuery(listQuerySchema, request.query).limit);
    if (versions.length === 0) throw unknownProject(project);
    response.json(versions.map(toVersionRecord));
  });
  router.get('/v1/projects/:project/diff', async (request, response) => {
    response.json(await diffVersions(database, projectOf(request), validateQuery(diffQuerySchema, request.query)));
  });
  return router;
}

/** The stored text itself, under a tag that changes with it: a watch asks often and mostly gets 304. */
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

function toProjectSummary({ project, version, appliedAt }: AppliedVersion): ProjectSummary {
  return { project, version, appliedAt: formatInstant(appliedAt) };
}

function toVersionRecord(applied: AppliedChanges): VersionRecord {
  const { version, appliedAt, author, gitCommit, changes, rollbackTo, sourceChecksSkipped } = applied;
  return {
    version,
    appliedAt: formatInstant(appliedAt),
    ...(author === undefined ? {} : { author }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
    changes,
    ...(rollbackTo === undefined ? {} : { rollbackTo }),
    ...(sourceChecksSkipped ? { sourceChecksSkipped } : {}),
  };
}
