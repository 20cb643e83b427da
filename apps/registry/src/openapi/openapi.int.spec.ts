import { createHttpApp, Health, Lifecycle, Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import type { Express } from '@larder/service-runtime';
import { z } from 'zod';
import { registryForTests } from '../contract-setup.fixture.js';
import { IN_MEMORY, openPgliteDatabase } from '../database/pglite-database.js';
import { SerialWork } from '../database/serial-work.js';
import { exampleDefinitions, testConfig } from '../example-definitions.fixture.js';
import { createRegistryRouters } from '../registry-routers.js';
import { WatchHub } from '../watch/watch-hub.js';
import { describedRoutes } from './described-routes.js';

type Json = Readonly<Record<string, unknown>>;
type Operation = {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>>;
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};

interface Layer {
  readonly route?: { readonly path: string; readonly stack: readonly { readonly method: string }[] } | undefined;
  readonly handle: object;
}

/** Every route of an express app, as `get /v1/projects`. */
function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    const inner: readonly Layer[] | undefined = Reflect.get(handle, 'stack');
    return route === undefined ? routesOf(inner ?? []) : route.stack.map(({ method }) => `${method} ${route.path}`);
  });
}

async function registryApp(): Promise<{ app: Express; close(): Promise<void> }> {
  const database = await openPgliteDatabase(IN_MEMORY);
  const logger = silentLogger();
  const hub = new WatchHub({ database, logger });
  const context = {
    database,
    clock: systemClock,
    applies: new SerialWork(),
    inspector: undefined,
    onApplied: () => undefined,
  };
  const health = new Health(new Lifecycle({ name: 'registry', logger, drainSeconds: 1 }), logger);
  const { routers } = createRegistryRouters(context, hub);
  return { app: createHttpApp({ logger, metrics: new Metrics(), health, routers }), close: () => database.close() };
}

/** The schema as a check that also refuses fields which it does not describe. */
function checkOf(document: Document, schema: Json): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas }, (_key, value: unknown) => {
    const isObject = typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
    return isObject ? { additionalProperties: false, ...value } : value;
  });
  return z.fromJSONSchema(
    JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<typeof z.fromJSONSchema>[0],
  );
}

describe('the description of the registry’s API', () => {
  const registry = registryForTests(() => testConfig());
  let document: Document;
  beforeAll(async () => {
    document = (await (await fetch(`${registry.url}/v1/openapi.json`)).json()) as Document;
  });

  it('describes every route, and none that is not there', async () => {
    const { app, close } = await registryApp();
    const stack: readonly Layer[] = Reflect.get(Reflect.get(app, 'router'), 'stack');
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.toSorted()).toEqual(routesOf(stack).toSorted());
    expect(document.openapi).toBe('3.1.0');
    await close();
  });

  it('refers to nothing that it does not have, and names each operation once', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(known).toEqual(expect.arrayContaining(references));
    const ids = [...JSON.stringify(document).matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(describedRoutes.length);
  });

  it('describes what is really answered, field by field', async () => {
    const answers = await realAnswers(registry.url);
    const untried = describedRoutes.filter(({ method, path, answer }) => {
      const isJson = answer !== 'events' && answer !== 'text' && answer !== 'document';
      return isJson && !answers.some((each) => each.route === `${method} ${path}`);
    });
    expect(untried).toEqual([]);
    for (const { route, status, body } of answers) {
      const [method = '', path = ''] = route.split(' ');
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method];
      const schema = operation?.responses[String(status)]?.content?.['application/json']?.schema ?? { not: {} };
      const checked = checkOf(document, schema).safeParse(body);
      expect({ route, status, problem: checked.error?.message }).toEqual({ route, status, problem: undefined });
    }
  });

  it('fails an answer with a field that is not described, and one without a field that is', () => {
    const check = checkOf(document, { $ref: '#/components/schemas/DiffResult' });
    const change = { action: 'add', kind: 'entity', name: 'x', fields: [], rematerialize: false };
    expect(check.safeParse({ from: 1, to: 2, changes: [change] }).success).toBe(true);
    expect(check.safeParse({ from: 1, to: 2, changes: [change], more: 1 }).success).toBe(false);
    expect(check.safeParse({ from: 1, to: 2, changes: [{ ...change, more: 1 }] }).success).toBe(false);
    expect(check.safeParse({ from: 1, changes: [] }).success).toBe(false);
  });
});

interface RealAnswer {
  /** As described: `get /v1/projects/:project/history`. */
  readonly route: string;
  readonly status: number;
  readonly body: unknown;
}

/** A project's life, with an answer of every route that answers JSON, errors among them. */
async function realAnswers(url: string): Promise<RealAnswer[]> {
  const answers: RealAnswer[] = [];
  const call = async (route: string, actual: string, body?: unknown): Promise<void> => {
    const [method = ''] = route.split(' ');
    const response = await fetch(`${url}${actual}`, {
      method: method.toUpperCase(),
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    answers.push({ route, status: response.status, body: await response.json() });
  };
  const on = (route: string, rest: string, body?: unknown): Promise<void> =>
    call(route.replace(' ', ' /v1/projects/:project/'), `/v1/projects/demo/${rest}`, body);
  const definitions = exampleDefinitions('demo');
  const run = {
    id: 'r',
    view: 'activity',
    viewVersion: 1,
    snapshotVersion: 1,
    mode: 'reload',
    status: 'failed',
    startedAt: '2026-05-07T22:00:00Z',
    finishedAt: '2026-05-07T22:00:01Z',
    error: { code: 'UNAVAILABLE', message: 'gone' },
    details: { any: ['thing'] },
  };
  const state = { viewId: 1, viewVersion: 1, generation: 1, epoch: 'e', asOfMicros: '5', files: [] };
  const seen = {
    consumer: 'shop',
    kind: 'online',
    featureService: 'ranker',
    views: ['activity'],
    lastSeenAt: '2026-05-07T22:00:00Z',
    reads: 1,
  };
  const protectedViews = definitions.featureViews.map((view) => ({ ...view, protect: true }));

  await on('get snapshot', 'snapshot');
  await on('post plan', 'plan', { definitions });
  await on('post apply', 'apply', { definitions, author: 'ada' });
  await on('post consumers', 'consumers', { consumers: [seen] });
  await on('put views/:viewId/materialization', 'views/1/materialization', { revision: 0, state });
  await on('put views/:viewId/materialization', 'views/1/materialization', { revision: 0, state });
  await on('get views/:viewId/materialization', 'views/1/materialization');
  await on('post runs', 'runs', run);
  const changed = exampleDefinitions('demo', { window: '7d', withoutProfile: true });
  await on('post plan', 'plan', { definitions: changed });
  await on('post apply', 'apply', { definitions: changed, skipSourceChecks: true });
  await on('post apply', 'apply', { definitions: changed, expectedVersion: 1 });
  await on('post apply', 'apply', { definitions: {} });
  await on('get snapshot', 'snapshot');
  await on('get diff', 'diff?from=1');
  await on('post rollback', 'rollback', { version: 1 });
  await on('post rollback', 'rollback', { version: 9 });
  await on('post apply', 'apply', { definitions: { ...definitions, featureViews: protectedViews } });
  await on('post rollback', 'rollback', { version: 2 });
  for (const path of ['history', 'features', 'search', 'consumers', 'runs']) await on(`get ${path}`, path);
  await on('get lineage/:name', 'lineage/events');
  await on('get lineage/:name', 'lineage/nothing');
  await on('get views/:name', 'views/activity');
  await call('get /v1/projects', '/v1/projects');
  await call('get /health/live', '/health/live');
  await call('get /health/ready', '/health/ready');
  return answers;
}
