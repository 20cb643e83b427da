import { join } from 'node:path';
import { Writable } from 'node:stream';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import { RedisOnlineStore } from '@larder/online-store';
import type { Clock } from '@larder/registry';
import { instantFromMillis } from '@larder/registry';
import { encodeEntityKey, entityKeyPrefix } from '@larder/row-format';
import { createLogger, Metrics } from '@larder/service-runtime';
import { startTestRedis, temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory, TestRedis } from '@larder/testing';
import { openMaterializerWorkerApp } from '../app.js';
import type { MaterializerWorkerApp, MaterializerWorkerOptions } from '../app.js';
import { parseMaterializerWorkerConfig } from '../config.js';
import { History } from './history.js';
import { RegistryStandIn } from './registry-stand-in.js';
import { PROJECT } from './worker.fixture.js';

export const COLUMNS = { driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' };
export const YESTERDAY = '2026-05-06T00:00:00Z';
export const systemTime: Clock = { now: () => instantFromMillis(Date.now()) };

/** A materialization as the worker's API shows it. */
export interface Job {
  readonly id: string;
  readonly project: string;
  readonly view: string;
  readonly status: string;
  readonly joined?: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Parts {
  readonly redis: TestRedis;
  readonly folder: TemporaryDirectory;
  readonly registry: RegistryStandIn;
  readonly offline: OfflineStore;
}

/** Whole workers on a real Redis, with a stand-in for the registry and a history of two drivers, 1 and 2. */
export class WorkerAppFixture {
  readonly redis: TestRedis;
  readonly folder: TemporaryDirectory;
  readonly registry: RegistryStandIn;
  readonly history: History;
  readonly online: RedisOnlineStore;
  private readonly apps: MaterializerWorkerApp[] = [];

  private constructor(private readonly parts: Parts) {
    const { redis, folder, registry, offline } = parts;
    this.redis = redis;
    this.folder = folder;
    this.registry = registry;
    this.history = new History(offline, join(folder.path, 'history'), COLUMNS);
    this.online = new RedisOnlineStore({ url: redis.url });
  }

  static async open(): Promise<WorkerAppFixture> {
    const folder = await temporaryDirectory();
    const offline = await openOfflineStore({
      projectDirectory: folder.path,
      allowedDirectories: [folder.path],
      temporaryDirectory: join(folder.path, 'spill'),
      threads: 1,
    });
    const [redis, registry] = await Promise.all([startTestRedis(), new RegistryStandIn(systemTime).open()]);
    const fixture = new WorkerAppFixture({ redis, folder, registry, offline });
    await fixture.history.write('a.parquet', [
      [1, 1, YESTERDAY],
      [2, 2, YESTERDAY],
    ]);
    return fixture;
  }

  async openApp(
    environment: Readonly<Record<string, string>> = {},
    stores: Pick<MaterializerWorkerOptions, 'onlineStore' | 'queue'> = {},
  ): Promise<MaterializerWorkerApp> {
    const { registry, redis, folder } = this;
    const config = parseMaterializerWorkerConfig({
      LARDER_PROJECT: PROJECT,
      LARDER_REGISTRY_URL: registry.url,
      LARDER_REDIS_URL: redis.url,
      LARDER_PROJECT_DIRECTORY: folder.path,
      LARDER_SNAPSHOT_DIRECTORY: join(folder.path, 'snapshots'),
      LARDER_TEMPORARY_DIRECTORY: join(folder.path, 'worker-spill'),
      LARDER_HTTP_HOST: '127.0.0.1',
      LARDER_HTTP_PORT: '0',
      LARDER_THREADS: '1',
      LARDER_KEEPER_SECONDS: '1',
      LARDER_PUSH_POLL_SECONDS: '1',
      LARDER_DRAIN_SECONDS: '5',
      ...environment,
    });
    const destination = new Writable({ write: (_chunk, _encoding, done) => done() });
    const logger = createLogger({ service: 'worker', level: 'info', destination });
    const app = await openMaterializerWorkerApp({
      config,
      clock: systemTime,
      logger,
      metrics: new Metrics(),
      ...stores,
    });
    this.apps.push(app);
    return app;
  }

  async call<T>(
    app: MaterializerWorkerApp,
    path: string,
    init: { readonly method?: string; readonly body?: unknown } = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${app.httpUrl}${path}`, {
      method: init.method ?? 'GET',
      ...(init.body === undefined
        ? {}
        : { body: JSON.stringify(init.body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** True when readers find a row of driver `id`, undefined while nothing can be said. */
  async found(id: bigint, { project = PROJECT, viewId = 1 } = {}): Promise<boolean | undefined> {
    const key = encodeEntityKey([{ name: 'driver_id', type: 'int64' }], [id]);
    const [answer] = await this.online.read([{ project, viewId, keyPrefixes: [entityKeyPrefix(project, key)] }]);
    return answer?.pointer === undefined ? undefined : answer.rows[0] !== null;
  }

  /** Requests what `body` names, one view, and waits until it has ended. */
  async materialize(app: MaterializerWorkerApp, body: object = {}): Promise<Job> {
    const accepted = await this.call<{ jobs: Job[] }>(app, '/v1/materializations', { method: 'POST', body });
    expect(accepted).toMatchObject({ status: 202, body: { jobs: [{ view: 'driver_stats' }] } });
    const id = accepted.body.jobs[0]?.id ?? '';
    return (await this.call<Job>(app, `/v1/materializations/${id}?wait=20`)).body;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
    await this.online.close();
    await this.parts.offline.close();
    await this.registry.close();
    await this.redis.close();
    await this.folder.close();
  }
}
