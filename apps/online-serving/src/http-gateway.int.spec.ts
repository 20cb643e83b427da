import {
  createHttpApp,
  Health,
  listen,
  Lifecycle,
  Metrics,
  parseExactJson,
  silentLogger,
} from '@larder/service-runtime';
import type { HttpServer } from '@larder/service-runtime';
import { MemoryOnlineStore } from '@larder/online-store';
import { noConsumerCounts } from './consumer-counts.js';
import { createGatewayRouter } from './http-gateway.js';
import type { ReadService } from './read-service.js';
import { readsOver, storeWith } from './testing/serving-fixture.js';
import type { StoredRow } from './testing/serving-fixture.js';
import { materialize, VersionedProject } from './testing/versioned-project.js';

const ROWS: StoredRow[] = [
  { view: 'profile', keys: ['8a2f'], values: ['power', 1.5, 2n ** 62n + 1n] },
  { view: 'counts', keys: ['8a2f'], values: [47n] },
  { view: 'profile', keys: ['odd'], values: [null, Number.NaN, null] },
  { view: 'delays', keys: ['LAX', 'SFO'], values: [-5n] },
];

const servers: HttpServer[] = [];

async function openGateway(missing: string[] = []): Promise<string> {
  return serve(readsOver(await storeWith(ROWS, missing)).reads);
}

async function serve(reads: ReadService): Promise<string> {
  const logger = silentLogger();
  const lifecycle = new Lifecycle({ name: 'test', logger, drainSeconds: 1 });
  const app = createHttpApp({
    logger,
    metrics: new Metrics(),
    health: new Health(lifecycle, logger),
    routers: [createGatewayRouter({ reads, consumers: noConsumerCounts })],
    body: { parse: parseExactJson },
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server.url;
}

async function post(
  url: string,
  body: unknown,
): Promise<{ status: number; text: string; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/get-online-features`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
}

let url: string;
beforeAll(async () => {
  url = await openGateway();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close(AbortSignal.abort())));
});

describe('POST /get-online-features, one entity', () => {
  it('answers features, statuses and event times beside the join key', async () => {
    const answer = await post(url, { user_id: '8a2f', feature_service: 'recommender' });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        user_id: '8a2f',
        features: { segment: 'power', watch_count: 47 },
        statuses: { segment: 'PRESENT', watch_count: 'PRESENT' },
        event_times: { segment: '2026-05-07T23:59:00Z', watch_count: '2026-05-07T23:59:00Z' },
      },
    ]);
  });

  it('finds a feature by its short name when only one view has it', async () => {
    expect((await post(url, { user_id: '8a2f', features: ['watch_count'] })).body).toMatchObject({
      features: { watch_count: 47 },
    });
  });

  it('answers every feature of the views with exactly the given keys when nothing is selected', async () => {
    expect((await post(url, { origin: 'SFO', destination: 'LAX' })).body).toMatchObject({
      origin: 'SFO',
      features: { delay: -5 },
    });
  });

  it('keeps every digit of an int64', async () => {
    expect((await post(url, { user_id: '8a2f', features: ['profile:visits'] })).text).toContain(
      '"visits":4611686018427387905',
    );
  });

  it('writes NaN as text and nulls as null with the default beside it', async () => {
    expect((await post(url, { user_id: 'odd', features: ['segment', 'score', 'visits'] })).body).toMatchObject({
      features: { segment: 'none', score: 'NaN', visits: null },
      statuses: { segment: 'NULL_VALUE', score: 'PRESENT', visits: 'NULL_VALUE' },
    });
  });

  it('answers NOT_FOUND as a status, not as an error', async () => {
    const answer = await post(url, { user_id: 'nobody', feature_service: 'recommender' });
    expect([answer.status, answer.body['statuses'], answer.body['event_times']]).toEqual([
      200,
      { segment: 'NOT_FOUND', watch_count: 'NOT_FOUND' },
      { segment: null, watch_count: null },
    ]);
  });
});

describe('POST /get-online-features, by columns', () => {
  it('puts join keys first, then features in request order', async () => {
    const answer = await post(url, {
      features: ['counts:watch_count', 'profile:segment'],
      entities: { user_id: ['8a2f', 'nobody'] },
    });
    expect(answer.body).toEqual({
      metadata: { feature_names: ['user_id', 'watch_count', 'segment'] },
      results: [
        {
          values: ['8a2f', 'nobody'],
          statuses: ['PRESENT', 'PRESENT'],
          event_timestamps: ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
        },
        {
          values: [47, 0],
          statuses: ['PRESENT', 'NOT_FOUND'],
          event_timestamps: ['2026-05-07T23:59:00Z', '1970-01-01T00:00:00Z'],
        },
        {
          values: ['power', 'none'],
          statuses: ['PRESENT', 'NOT_FOUND'],
          event_timestamps: ['2026-05-07T23:59:00Z', '1970-01-01T00:00:00Z'],
        },
      ],
    });
  });

  it('takes the field that Feast’s own client adds, and tells it that the server is well', async () => {
    const asked = { entities: { user_id: ['8a2f'] }, features: ['counts:watch_count'] };
    const answer = await post(url, { ...asked, include_feature_view_version_metadata: false });
    expect(answer).toMatchObject({ status: 200, body: { metadata: { feature_names: ['user_id', 'watch_count'] } } });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('uses full names on request', async () => {
    const answer = await post(url, {
      feature_service: 'recommender',
      entities: { user_id: ['8a2f'] },
      full_feature_names: true,
    });
    expect(answer.body['metadata']).toEqual({ feature_names: ['user_id', 'profile__segment', 'counts__watch_count'] });
  });

  it('answers 503 when a view has no generation: this shape has no status for it', async () => {
    const lost = await openGateway(['counts']);
    const answer = await post(lost, { feature_service: 'recommender', entities: { user_id: ['8a2f'] } });
    expect([answer.status, answer.body]).toMatchObject([
      503,
      { error: { code: 'UNAVAILABLE', message: expect.stringContaining('watch_count') } },
    ]);
  });
});

describe('while a view gets another version', () => {
  it('takes keys, names and whole views of the version that is live', async () => {
    const project = new VersionedProject();
    const store = new MemoryOnlineStore();
    let snapshot = project.apply(1);
    await materialize(store, { snapshot, form: 1, generation: 1 });
    const gateway = await serve(readsOver(store, () => snapshot).reads);
    snapshot = project.apply(2);
    const all = async () => Object.keys((await post(gateway, { user_id: 'ann' })).body['features'] ?? {}).sort();
    const old = async () => (await post(gateway, { user_id: 'bob', features: ['old_only'] })).body;
    const fresh = async () => (await post(gateway, { user_id: 'bob', features: ['new_only'] })).body;
    const trips = async (keys: object) => (await post(gateway, { ...keys, features: ['trips'] })).status;
    expect(await old()).toMatchObject({ features: { old_only: 'old 1' }, statuses: { old_only: 'PRESENT' } });
    expect(await fresh()).toMatchObject({ statuses: { new_only: 'UNAVAILABLE' } });
    expect(await all()).toEqual(['kept', 'old_only', 'score', 'segment', 'trips', 'views']);
    expect([await trips({ user_id: 'ann' }), await trips({ device_id: 1 })]).toEqual([200, 400]);
    await materialize(store, { snapshot, form: 2, generation: 2 });
    expect([await trips({ user_id: 'ann' }), await trips({ device_id: 1 })]).toEqual([400, 200]);
    expect(await all()).toEqual(['kept', 'new_only', 'score', 'tier', 'views']);
    expect(await old()).toMatchObject({ error: { message: expect.stringContaining('old_only') } });
    expect(await fresh()).toMatchObject({ features: { new_only: 'new 1' }, statuses: { new_only: 'PRESENT' } });
  });
});

describe('bad requests', () => {
  it.each([
    ['no JSON', '{"user_id": ', 400, 'JSON'],
    ['a list', '[1]', 400, 'body'],
    ['an unknown feature', { user_id: 'a', features: ['segmnt'] }, 400, 'unknown feature segmnt'],
    [
      'service and features at once',
      { user_id: 'a', features: ['segment'], feature_service: 'recommender' },
      400,
      'not both',
    ],
    ['an unknown service', { user_id: 'a', feature_service: 'nothing' }, 404, 'nothing'],
    ['a missing join key', { feature_service: 'recommender', entities: {} }, 400, 'user_id'],
    ['a key of the wrong type', { feature_service: 'recommender', entities: { user_id: [1, 2] } }, 400, 'user_id[0]'],
    [
      'columns of unequal length',
      { features: ['delays:delay'], entities: { origin: ['a'], destination: ['b', 'c'] } },
      400,
      'unequal length',
    ],
    ['an unknown field', { entities: { user_id: ['a'] }, feature_service: 'recommender', featurs: [] }, 400, 'featurs'],
    ['a prototype key', '{"__proto__": {"a": 1}, "user_id": "a", "feature_service": "recommender"}', 400, '__proto__'],
  ])('refuses %s and says what', async (_what, body, status, message) => {
    const answer = await post(url, body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(message)]);
  });

  it('names all problems of one request', async () => {
    const answer = await post(url, {
      features: ['profile:segment', 'delays:delay'],
      entities: { user_id: [5], origin: [6], destination: ['x'] },
    });
    expect(answer.body).toMatchObject({
      error: { details: { problems: [{ path: 'user_id[0]' }, { path: 'origin[0]' }] } },
    });
  });
});
