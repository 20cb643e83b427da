import { LarderClient } from '@larder/client';
import { MemoryOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import {
  buildSnapshot,
  compileDefinitions,
  entity,
  every,
  featureService,
  featureView,
  parquet,
  string,
} from '@larder/registry';
import { encodeEntityKey, encodeRow } from '@larder/row-format';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { openOnlineServingApp } from './app.js';
import type { OnlineServingApp } from './app.js';
import { parseOnlineServingConfig } from './config.js';
import { RegistryStandIn } from './testing/registry-stand-in.js';

const DEPRECATED = { after: '2027-01-31', successor: 'profile:tier', reason: 'renamed, at last' };

/** The same definitions under the name of a project. */
function snapshotOf(project: string): Snapshot {
  const user = entity('user', { joinKeys: { user_id: string() } });
  const source = parquet('data/*.parquet', { name: 'events', eventTime: 'ts' });
  const features = { segment: string({ deprecated: DEPRECATED }), tier: string() };
  const profile = featureView('profile', { entities: [user], source, features, cadence: every('1h') });
  const service = featureService('recommender', [profile]);
  return buildSnapshot(compileDefinitions({ project, objects: [service] }), undefined).snapshot;
}

/** One row in each project, which says where it is from. */
async function fill(store: OnlineStore, snapshot: Snapshot): Promise<void> {
  const { project } = snapshot;
  for (const view of snapshot.featureViews) {
    const writer = await store.openWriter({ project, viewId: view.id, generation: 1, mode: 'fresh' });
    const time = systemClock.now();
    const row = encodeRow(view, [`segment of ${project}`, `tier of ${project}`], {
      first: time,
      second: time,
      eventTimeMicros: time,
    });
    writer.add(encodeEntityKey([{ name: 'user_id', type: 'string' }], ['ann']), row);
    await writer.finish();
    const next = { viewVersion: view.version, generation: 1, epoch: 'e1' };
    await store.flipPointer({ project, viewId: view.id, expected: undefined, next });
  }
}

let folder: TemporaryDirectory;
let registry: RegistryStandIn;
let store: OnlineStore;
let app: OnlineServingApp;
const clients: LarderClient[] = [];

beforeEach(async () => {
  folder = await temporaryDirectory();
  registry = new RegistryStandIn();
  await registry.start();
  store = new MemoryOnlineStore();
  for (const project of ['shop', 'dev-anna', 'another']) {
    registry.put(snapshotOf(project));
    await fill(store, snapshotOf(project));
  }
  const config = parseOnlineServingConfig({
    LARDER_PROJECT: 'shop, dev-*',
    LARDER_HTTP_HOST: '127.0.0.1',
    LARDER_HTTP_PORT: '0',
    LARDER_GRPC_PORT: '0',
    LARDER_REGISTRY_URL: registry.url,
    LARDER_SNAPSHOT_DIRECTORY: folder.path,
  });
  const context = { config, clock: systemClock, logger: silentLogger(), metrics: new Metrics() };
  app = await openOnlineServingApp({ ...context, onlineStore: store });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await app.close();
  await registry.stop();
  await folder.close();
});

function clientOf(options: Partial<ConstructorParameters<typeof LarderClient>[0]> = {}): LarderClient {
  const client = new LarderClient({ address: `127.0.0.1:${app.grpcPort}`, onWarning: () => undefined, ...options });
  clients.push(client);
  return client;
}

async function tier(client: LarderClient): Promise<unknown> {
  const [answer] = await client.read({ features: ['profile:tier'] }, [{ user_id: 'ann' }]);
  return answer?.features['tier'];
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.httpUrl}/get-online-features`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('several projects in one service', () => {
  it('answers each from its own definitions and values, the first without being named', async () => {
    expect(await tier(clientOf())).toBe('tier of shop');
    expect(await tier(clientOf({ project: 'shop' }))).toBe('tier of shop');
    expect(await tier(clientOf({ project: 'dev-anna' }))).toBe('tier of dev-anna');
    const body = { project: 'dev-anna', user_id: 'ann', features: ['tier'] };
    expect(await (await post(body)).json()).toMatchObject({ features: { tier: 'tier of dev-anna' } });
    expect(await (await post({ user_id: 'ann', features: ['tier'] })).json()).toMatchObject({
      features: { tier: 'tier of shop' },
    });
  });

  it('refuses a project that is registered but not served', async () => {
    const refused = { code: 'NOT_FOUND', message: 'unknown project another; this server serves shop, dev-anna' };
    await expect(tier(clientOf({ project: 'another' }))).rejects.toMatchObject(refused);
    const response = await post({ project: 'another', user_id: 'ann', features: ['tier'] });
    expect([response.status, await response.json()]).toMatchObject([404, { error: refused }]);
  });

  it('serves a project that is applied later, without a restart', async () => {
    const client = clientOf({ project: 'dev-ben' });
    await expect(tier(client)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    registry.put(snapshotOf('dev-ben'));
    await fill(store, snapshotOf('dev-ben'));
    expect(await waitFor(() => tier(client))).toBe('tier of dev-ben');
    expect(await (await fetch(`${app.httpUrl}/v1/snapshot?project=dev-ben`)).json()).toMatchObject({
      project: 'dev-ben',
    });
  });
});

describe('deprecations', () => {
  const warning =
    'feature profile:segment is deprecated: not to be used after 2027-01-31; use profile:tier (renamed, at last)';

  it('reach the application once, over gRPC, and only whoever reads what is deprecated', async () => {
    const warnings: string[] = [];
    const client = clientOf({ onWarning: (text) => warnings.push(text) });
    await tier(client);
    expect(warnings).toEqual([]);
    for (let call = 0; call < 3; call++) await client.read({ featureService: 'recommender' }, [{ user_id: 'ann' }]);
    expect(warnings).toEqual([warning]);
  });

  it('are in a header over HTTP, and not in the answer', async () => {
    const response = await post({ user_id: 'ann', feature_service: 'recommender' });
    expect(response.headers.get('larder-warning')).toBe(warning.replace(',', '%2C'));
    expect(await response.json()).toMatchObject({ features: { segment: 'segment of shop' } });
    expect((await post({ user_id: 'ann', features: ['tier'] })).headers.get('larder-warning')).toBeNull();
  });
});

describe('consumers', () => {
  it('are told to the registry with what they read, at the end at the latest', async () => {
    const checkout = clientOf({ application: 'checkout/1.2' });
    for (let call = 0; call < 3; call++) await checkout.read({ featureService: 'recommender' }, [{ user_id: 'ann' }]);
    await tier(clientOf({ application: 'notebook', project: 'dev-anna' }));
    await post({ user_id: 'ann', features: ['tier'] }, { 'user-agent': 'crm/7 (linux)' });
    await app.close();
    const told = registry.reports.flatMap(({ project, report }) =>
      report.consumers.map(({ consumer, kind, featureService, views, reads }) => ({
        project,
        consumer,
        kind,
        featureService,
        views,
        reads,
      })),
    );
    const common = { kind: 'online', views: ['profile'] };
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { ...common, project: 'shop', consumer: 'checkout', featureService: 'recommender', reads: 3 },
        { ...common, project: 'dev-anna', consumer: 'notebook', featureService: null, reads: 1 },
        { ...common, project: 'shop', consumer: 'crm', featureService: null, reads: 1 },
      ]),
    );
  });
});

describe('health and metrics', () => {
  it('say which snapshots are served and where they are known from', async () => {
    const ready = await fetch(`${app.httpUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      {
        checks: { snapshot: 'ok', 'online store': 'ok' },
        details: {
          snapshot: expect.stringMatching(
            /^shop version 1 from the registry, \d+\.\d s ago\. dev-anna version 1 from the registry, \d+\.\d s ago$/,
          ),
        },
      },
    ]);
    const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/^larder_serving_snapshot_age_seconds\{project="shop"\} \d+(\.\d+)?$/m);
    expect(metrics).toContain('larder_serving_snapshot_version{project="dev-anna"} 1\n');
    expect(metrics).toContain('larder_serving_snapshot_from_disk{project="shop"} 0\n');
  });
});
