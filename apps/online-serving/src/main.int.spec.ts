import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { LarderClient } from '@larder/client';
import { RedisOnlineStore } from '@larder/online-store';
import { startTestRedis, temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory, TestRedis } from '@larder/testing';
import { RegistryStandIn } from './testing/registry-stand-in.js';
import { materialize, USERS, VersionedProject } from './testing/versioned-project.js';

const HOOKS = fileURLToPath(
  new URL('../../../libs/service-runtime/src/testdata/typescript-hooks.mjs', import.meta.url),
);
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** online-serving as a process of its own. */
interface Serving {
  readonly url: string;
  readonly grpcPort: number;
  stop(): Promise<number | null>;
}

const started: {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly exited: Promise<number | null>;
}[] = [];

async function startServing(environment: Record<string, string>): Promise<Serving> {
  const command = ['--no-warnings', '--conditions=@larder/source', '--import', HOOKS, MAIN];
  const env = {
    PATH: process.env['PATH'],
    LARDER_HTTP_HOST: '127.0.0.1',
    LARDER_HTTP_PORT: '0',
    LARDER_GRPC_PORT: '0',
    LARDER_PROJECT: 'test',
    ...environment,
  };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  started.push({ child, exited });
  const up = new Promise<{ http: string; grpcPort: number }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('online-serving is up')) resolve(JSON.parse(line) as { http: string; grpcPort: number });
    });
    void exited.then((code) => reject(new Error(`online-serving ended with ${code}: ${stderr}`)));
  });
  const { http, grpcPort } = await up;
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return exited;
  };
  return { url: http, grpcPort, stop };
}

let folder: TemporaryDirectory;
let redis: TestRedis;
beforeEach(async () => {
  [folder, redis] = await Promise.all([temporaryDirectory(), startTestRedis()]);
});
afterEach(async () => {
  const children = started.splice(0);
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ exited }) => exited));
  await Promise.all([folder.close(), redis.close()]);
});

async function readiness({ url }: Serving): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: await response.json() };
}

async function readOnce({ grpcPort }: Serving): Promise<unknown[]> {
  const client = new LarderClient({ address: `127.0.0.1:${grpcPort}`, timeoutMs: 10_000 });
  try {
    const answers = await client.read(
      { featureService: 'everything' },
      USERS.map((user_id) => ({ user_id })),
    );
    return answers.map(({ features, statuses }) => [features['segment'], statuses['segment']]);
  } finally {
    client.close();
  }
}

describe('online-serving without the registry', () => {
  it('starts from the snapshot on disk, serves, is ready and says so; and says when the registry is back', async () => {
    const store = new RedisOnlineStore({ url: redis.url });
    const snapshot = new VersionedProject().apply(1);
    await materialize(store, { snapshot, form: 1, generation: 1 });
    await store.close();
    const registry = new RegistryStandIn();
    await registry.start();
    registry.put(snapshot);
    const { url: registryUrl } = registry;
    const environment = {
      LARDER_REGISTRY_URL: registryUrl,
      LARDER_REDIS_URL: redis.url,
      LARDER_SNAPSHOT_DIRECTORY: folder.path,
    };
    const values = USERS.map((_, index) => [`segment ${index}`, 'PRESENT']);

    const first = await startServing(environment);
    expect(await readOnce(first)).toEqual(values);
    await registry.stop();
    expect(await readOnce(first)).toEqual(values);
    expect(await first.stop()).toBe(0);

    const second = await startServing(environment);
    expect(await readiness(second)).toMatchObject({
      status: 200,
      body: {
        ready: true,
        checks: { snapshot: 'ok', 'online store': 'ok' },
        details: { snapshot: 'test version 1 from disk; the registry has not answered since the start' },
      },
    });
    expect(await readOnce(second)).toEqual(values);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain('larder_serving_snapshot_from_disk{project="test"} 1\n');

    await registry.start(Number(new URL(registryUrl).port));
    const detail = await waitFor(async () => JSON.stringify((await readiness(second)).body), {
      until: (body) => body.includes('from the registry'),
      timeoutMs: 30_000,
    });
    expect(detail).toContain('test version 1 from the registry');
    expect(await second.stop()).toBe(0);
    await registry.stop();
  });

  it('is not ready, and says why, while it has never had a snapshot', async () => {
    const serving = await startServing({
      LARDER_REGISTRY_URL: 'http://127.0.0.1:1',
      LARDER_REDIS_URL: redis.url,
      LARDER_SNAPSHOT_DIRECTORY: folder.path,
    });
    expect(await readiness(serving)).toMatchObject({
      status: 503,
      body: {
        ready: false,
        checks: { snapshot: expect.stringContaining('no snapshot of the registry has arrived yet') },
      },
    });
    await expect(readOnce(serving)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
