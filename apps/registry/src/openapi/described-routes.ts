import type { ErrorCode } from '@larder/registry';
import type { z } from 'zod';
import {
  diffQuerySchema,
  listQuerySchema,
  runsQuerySchema,
  searchQuerySchema,
  versionQuerySchema,
} from '../request-parameters.js';
import type { ApiSchemaName } from './api-schemas.js';

/** One route of the registry's HTTP API. */
export interface DescribedRoute {
  readonly method: 'get' | 'post' | 'put';
  /** As express has it: `/v1/projects/:project/plan`. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: ApiSchemaName;
  readonly answer: ApiSchemaName | 'text' | 'document' | 'events';
  /** Beside INVALID_ARGUMENT, INTERNAL and UNAVAILABLE, which every route may answer. */
  readonly errors?: readonly ErrorCode[];
}

const PROJECT = '/v1/projects/:project';

const versions: readonly DescribedRoute[] = [
  {
    method: 'get',
    path: '/v1/projects',
    summary: 'All projects by name, with their current version.',
    answer: 'Projects',
  },
  {
    method: 'post',
    path: `${PROJECT}/plan`,
    summary: 'What applying definitions would change, take and break. Writes nothing.',
    body: 'PlanRequest',
    answer: 'PlanResult',
  },
  {
    method: 'post',
    path: `${PROJECT}/apply`,
    summary:
      'Registers definitions as the next version; ABORTED when another version than the expected one is current.',
    body: 'ApplyRequest',
    answer: 'ApplyResult',
    errors: ['FAILED_PRECONDITION', 'ABORTED'],
  },
  {
    method: 'post',
    path: `${PROJECT}/rollback`,
    summary: 'Makes the definitions of an older version current, as a new version.',
    body: 'RollbackRequest',
    answer: 'ApplyResult',
    errors: ['NOT_FOUND', 'FAILED_PRECONDITION', 'ABORTED'],
  },
  {
    method: 'get',
    path: `${PROJECT}/snapshot`,
    summary:
      'The current snapshot, or that of a version. Takes `if-none-match` and then answers 304 when nothing changed.',
    query: versionQuerySchema,
    answer: 'Snapshot',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/history`,
    summary: 'What was applied when and by whom, newest first.',
    query: listQuerySchema,
    answer: 'History',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/diff`,
    summary: 'What changed from one version to another, in either direction; to the current one by default.',
    query: diffQuerySchema,
    answer: 'DiffResult',
    errors: ['NOT_FOUND'],
  },
];

const catalogue: readonly DescribedRoute[] = [
  {
    method: 'get',
    path: `${PROJECT}/features`,
    summary: 'Every feature, by view and stored order.',
    answer: 'Features',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/search`,
    summary: 'Objects and features that meet all of the query, best first; views and features with their freshness.',
    query: searchQuerySchema,
    answer: 'SearchHits',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/lineage/:name`,
    summary: 'What an object, a `view:feature` or an application comes from, and what depends on it.',
    answer: 'Lineage',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/views/:name`,
    summary: 'A view with its surroundings, the state of its online values and their freshness.',
    answer: 'ViewDescription',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'get',
    path: `${PROJECT}/consumers`,
    summary: 'Applications that were seen reading, the most recent first.',
    query: listQuerySchema,
    answer: 'Consumers',
  },
  {
    method: 'post',
    path: `${PROJECT}/consumers`,
    summary: 'Tells which applications read since the last report; reads are added up.',
    body: 'ConsumersReport',
    answer: 'ConsumersReported',
    errors: ['NOT_FOUND'],
  },
];

const materialization: readonly DescribedRoute[] = [
  {
    method: 'get',
    path: `${PROJECT}/views/:viewId/materialization`,
    summary: 'The state of a view’s online values; null before the first write.',
    answer: 'Materialization',
    errors: ['NOT_FOUND'],
  },
  {
    method: 'put',
    path: `${PROJECT}/views/:viewId/materialization`,
    summary: 'Replaces the state over the revision that the writer has read; ABORTED when another one is stored.',
    body: 'MaterializationWrite',
    answer: 'Materialization',
    errors: ['NOT_FOUND', 'ABORTED'],
  },
  {
    method: 'get',
    path: `${PROJECT}/runs`,
    summary: 'Materialization runs by start, newest first.',
    query: runsQuerySchema,
    answer: 'Runs',
  },
  {
    method: 'post',
    path: `${PROJECT}/runs`,
    summary: 'Keeps the record of a run; a later record of the same id replaces it.',
    body: 'Run',
    answer: 'Run',
    errors: ['NOT_FOUND'],
  },
];

const EVENTS =
  'as server-sent events: event `snapshot`, data a WatchEvent; the current versions first, and a comment every ten seconds.';

const service: readonly DescribedRoute[] = [
  {
    method: 'get',
    path: '/v1/watch',
    summary: `New versions of all projects ${EVENTS}`,
    answer: 'events',
    errors: ['RESOURCE_EXHAUSTED'],
  },
  {
    method: 'get',
    path: `${PROJECT}/watch`,
    summary: `New versions of a project ${EVENTS}`,
    answer: 'events',
    errors: ['RESOURCE_EXHAUSTED'],
  },
  { method: 'get', path: '/v1/openapi.json', summary: 'This document.', answer: 'document' },
  {
    method: 'get',
    path: '/health/live',
    summary: 'Whether the process works; 503 when it should be restarted.',
    answer: 'Live',
  },
  { method: 'get', path: '/health/ready', summary: 'Whether it takes requests; 503 when not.', answer: 'Readiness' },
  { method: 'get', path: '/metrics', summary: 'Metrics in the text format of Prometheus.', answer: 'text' },
];

/** Every route that the registry answers. */
export const describedRoutes: readonly DescribedRoute[] = [...versions, ...catalogue, ...materialization, ...service];
