import { join } from 'node:path';
import type { Snapshot } from '@larder/registry';
import { buildSnapshot, compileDefinitions, entity, every, featureView, int64, parquet } from '@larder/registry';
import { openOfflineStore } from '@larder/offline-store';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import type { TemporaryDirectory } from '@larder/testing';
import { freePort, temporaryDirectory, waitFor } from '@larder/testing';
import type { OfflineQueryApp } from './app.js';
import { openOfflineQueryApp } from './app.js';
import { parseOfflineQueryConfig } from './config.js';
import type { RegistryStandIn } from './testing/registry-stand-in.js';
import { startRegistryStandIn } from './testing/registry-stand-in.js';

let folder: TemporaryDirectory;
let registry: RegistryStandIn;
beforeEach(async () => {
  folder = await temporaryDirectory();
  registry = await startRegistryStandIn();
});
afterEach(async () => {
  await registry.close();
  await folder.close();
});

function open(environment: Readonly<Record<string, string>>): Promise<OfflineQueryApp> {
  const config = parseOfflineQueryConfig({
    LARDER_HTTP_HOST: '127.0.0.1',
    LARDER_HTTP_PORT: '0',
    LARDER_PROJECT: 'shop,dev-*',
    LARDER_REGISTRY_URL: registry.url,
    LARDER_SNAPSHOT_DIRECTORY: join(folder.path, 'snapshots'),
    LARDER_OUTPUT_DIRECTORY: join(folder.path, 'out'),
    LARDER_PROJECT_DIRECTORY: folder.path,
    ...environment,
  });
  return openOfflineQueryApp({ config, clock: systemClock, logger: silentLogger(), metrics: new Metrics() });
}

const view = featureView('profile', {
  entities: [entity('user', { joinKeys: { user_id: int64() } })],
  source: parquet('profiles.parquet', { eventTime: 'event_timestamp' }),
  features: { points: int64() },
  cadence: every('1h'),
});

function snapshotOf(project: string, version: number): Snapshot {
  const { snapshot } = buildSnapshot(compileDefinitions({ project, objects: [view] }), undefined);
  return { ...snapshot, version };
}

function ask(app: OfflineQueryApp, body: object): Promise<Response> {
  return fetch(`${app.httpUrl}/v1/training-sets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'trainer/2.0 python' },
    body: JSON.stringify({
      spine: [{ user_id: 1, event_timestamp: '2024-02-01' }],
      features: ['profile:points'],
      format: 'json',
      ...body,
    }),
  });
}

it('starts without a registry, ready for inspections but not for training sets, and closes', async () => {
  const app = await open({ LARDER_PROJECT: 'shop', LARDER_REGISTRY_URL: `http://127.0.0.1:${await freePort()}` });
  const ready = await fetch(`${app.httpUrl}/health/ready`);
  const asked = await ask(app, {});
  expect([ready.status, asked.status]).toEqual([200, 503]);
  expect(await ready.json()).toMatchObject({
    checks: { snapshot: 'ok' },
    details: { snapshot: 'shop: no snapshot; the registry has not answered since the start' },
  });
  expect(await asked.json()).toMatchObject({
    error: { code: 'UNAVAILABLE', message: expect.stringContaining('no snapshot of project shop yet') },
  });
  await app.close();
  await expect(fetch(`${app.httpUrl}/health/live`)).rejects.toThrow('fetch failed');
});

it('serves several projects, those that come later too, and tells the registry who trains on what', async () => {
  const store = await openOfflineStore({
    projectDirectory: folder.path,
    allowedDirectories: [folder.path],
    temporaryDirectory: join(folder.path, 'temporary'),
  });
  const rows = "SELECT 1::BIGINT AS user_id, 7::BIGINT AS points, TIMESTAMP '2024-01-01' AS event_timestamp";
  await store.writeParquet(rows, join(folder.path, 'profiles.parquet'));
  await store.close();
  registry.apply(snapshotOf('shop', 7));
  const app = await open({});
  const version = async (body: object): Promise<unknown> => {
    const answer = (await (await ask(app, body)).json()) as { snapshotVersion?: unknown; error?: { code: unknown } };
    return answer.snapshotVersion ?? answer.error?.code;
  };
  expect([await version({}), await version({ project: 'shop' }), await version({ project: 'dev-anna' })]).toEqual([
    7,
    7,
    'NOT_FOUND',
  ]);
  registry.apply(snapshotOf('dev-anna', 2));
  registry.apply(snapshotOf('other', 3));
  await waitFor(async () => (await version({ project: 'dev-anna' })) === 2, { describe: 'project dev-anna' });
  expect([await version({}), await version({ project: 'other' })]).toEqual([7, 'NOT_FOUND']);
  const health = await (await fetch(`${app.httpUrl}/health/ready`)).json();
  expect(health).toMatchObject({
    details: {
      snapshot: expect.stringMatching(/^shop version 7 from the registry, .* s ago\. dev-anna version 2 from/),
    },
  });
  await app.close();
  const record = { consumer: 'trainer', kind: 'training', featureService: null, views: ['profile'] };
  expect(registry.reported.get('shop')).toMatchObject([{ ...record, reads: 3 }]);
  expect(registry.reported.get('dev-anna')).toMatchObject([record]);
});

it('names every wrong setting', () => {
  expect(() => parseOfflineQueryConfig({ LARDER_THREADS: 'many', LARDER_MEMORY_LIMIT_BYTES: '5' })).toThrow(
    /LARDER_PROJECT: is missing[^]*LARDER_MEMORY_LIMIT_BYTES: expected a whole number[^]*LARDER_THREADS: expected a whole number/,
  );
});
