import { join } from 'node:path';
import type { Snapshot } from '@larder/registry';
import { LarderError, parseInstant } from '@larder/registry';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import {
  createHttpApp,
  Health,
  Lifecycle,
  listen,
  Metrics,
  parseExactJson,
  silentLogger,
} from '@larder/service-runtime';
import { fixedClock, temporaryDirectory } from '@larder/testing';
import { createTrainingSetRouter } from '../training-set-router.js';
import { TrainingSetService } from '../training-set-service.js';

/** The service over a real store and real HTTP, with a snapshot of its own. */
export interface ServiceFixture {
  readonly url: string;
  readonly directory: string;
  readonly store: OfflineStore;
  readonly service: TrainingSetService;
  /** Another service over the same output folder, as after a restart. */
  restarted(): TrainingSetService;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const NOW = parseInstant('2024-06-01T00:00:00Z');

/** Opens it; `snapshot` is given the folder that its sources lie in. */
export async function openServiceFixture(snapshot: (directory: string) => Snapshot): Promise<ServiceFixture> {
  const folder = await temporaryDirectory();
  const store = await openOfflineStore({
    projectDirectory: folder.path,
    allowedDirectories: [folder.path],
    temporaryDirectory: join(folder.path, 'temporary'),
    threads: 2,
  });
  const logger = silentLogger();
  const create = (): TrainingSetService =>
    new TrainingSetService({
      store,
      snapshot: (project) => {
        const found = snapshot(folder.path);
        if (project === '' || project === found.project) return found;
        throw new LarderError('NOT_FOUND', `unknown project ${project}`);
      },
      onReading: () => undefined,
      clock: fixedClock(NOW),
      logger,
      outputDirectory: join(folder.path, 'out'),
      maxRunning: 1,
      queryTimeoutSeconds: 60,
      onFinished: () => undefined,
    });
  const service = create();
  const lifecycle = new Lifecycle({ name: 'test', logger, drainSeconds: 1 });
  const app = createHttpApp({
    logger,
    metrics: new Metrics(),
    health: new Health(lifecycle, logger),
    routers: [createTrainingSetRouter(service)],
    body: { parse: parseExactJson },
  });
  const http = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: http.url,
    directory: folder.path,
    store,
    service,
    restarted: create,
    call: (method, path, body) => call(`${http.url}${path}`, method, body),
    close: async () => {
      await http.close();
      await service.close();
      await store.close();
      await folder.close();
    },
  };
}

async function call(url: string, method: string, body: unknown): Promise<Answer> {
  const request =
    body === undefined
      ? {}
      : {
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        };
  const response = await fetch(url, { method, ...request });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
