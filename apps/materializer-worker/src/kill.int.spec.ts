import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOfflineStore } from '@larder/offline-store';
import { RedisOnlineStore } from '@larder/online-store';
import type { Clock } from '@larder/registry';
import { instantFromMillis } from '@larder/registry';
import { encodeEntityKey, entityKeyPrefix } from '@larder/row-format';
import { startTestRedis, temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory, TestRedis } from '@larder/testing';
import { redisKeys } from './testing/ask-redis.js';
import { RegistryStandIn } from './testing/registry-stand-in.js';
import { column, oneView } from './testing/snapshots.js';
import { PROJECT } from './testing/worker.fixture.js';

const HOOKS = fileURLToPath(new URL('../../../libs/local-services/src/testdata/typescript-hooks.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const clock: Clock = { now: () => instantFromMillis(Date.now()) };
const SNAPSHOT = oneView({ features: [column('value', 'float64')] });
const DRIVERS = 400_000;

describe('the worker as a process of its own', () => {
  let redis: TestRedis;
  let folder: TemporaryDirectory;
  let registry: RegistryStandIn;
  let online: RedisOnlineStore;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    redis = await startTestRedis();
    folder = await temporaryDirectory();
    registry = await new RegistryStandIn(clock, SNAPSHOT).open();
    online = new RedisOnlineStore({ url: redis.url });
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await online.close();
    await registry.close();
    await redis.close();
    await folder.close();
  });

  /** Every driver's value is its number times `factor`. */
  async function writeHistory(factor: number): Promise<void> {
    const store = await openOfflineStore({
      projectDirectory: folder.path,
      allowedDirectories: [folder.path],
      temporaryDirectory: join(folder.path, 'spill'),
    });
    const sql = `SELECT i AS driver_id, CAST(i * ${factor} AS DOUBLE) AS value, TIMESTAMP '2026-05-07' + INTERVAL ${factor} SECOND AS "at" FROM range(${DRIVERS}) AS drivers(i)`;
    await store.writeParquet(sql, join(folder.path, 'history', `${factor}.parquet`));
    await store.close();
  }

  function startWorker(args: readonly string[] = []): ChildProcess {
    const environment = {
      LARDER_PROJECT: PROJECT,
      LARDER_REGISTRY_URL: registry.url,
      LARDER_REDIS_URL: redis.url,
      LARDER_PROJECT_DIRECTORY: folder.path,
      LARDER_SNAPSHOT_DIRECTORY: join(folder.path, 'snapshots'),
      LARDER_TEMPORARY_DIRECTORY: join(folder.path, 'worker-spill'),
      LARDER_HTTP_HOST: '127.0.0.1',
      LARDER_HTTP_PORT: '0',
      LARDER_JOB_HOLD_SECONDS: '2',
      LARDER_KEEPER_SECONDS: '1',
      LARDER_DRAIN_SECONDS: '5',
      LARDER_LOG_LEVEL: 'warn',
    };
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--conditions=@larder/source', '--import', HOOKS, MAIN, ...args],
      { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    return child;
  }

  async function rowsOf(generation: number): Promise<number> {
    return (await redisKeys(redis.url, `${PROJECT}{*:1.${generation}`)).length;
  }

  async function missing(): Promise<number> {
    const keyPrefixes = Array.from({ length: DRIVERS }, (_, id) =>
      entityKeyPrefix(PROJECT, encodeEntityKey([{ name: 'driver_id', type: 'int64' }], [BigInt(id)])),
    );
    const [answer] = await online.read([{ project: PROJECT, viewId: 1, keyPrefixes }]);
    return (answer?.rows ?? []).filter((row) => row === null).length;
  }

  it('is killed while it writes: nothing half done is seen, and the next one loads everything', async () => {
    await writeHistory(1);
    const first = startWorker();
    await waitFor(() => rowsOf(1), { until: (rows) => rows > 0, timeoutMs: 30_000, intervalMs: 5 });
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await online.readPointer(PROJECT, 1)).toBeUndefined();
    expect(await rowsOf(1)).toBeLessThan(DRIVERS);
    startWorker();
    await waitFor(() => registry.runs.some((run) => run.status === 'completed'), { timeoutMs: 40_000 });
    expect(await online.readPointer(PROJECT, 1)).toMatchObject({ generation: 2 });
    expect(await missing()).toBe(0);
    expect(registry.states.get(1)).toMatchObject({ generation: 2, files: [{ rows: DRIVERS, pending: false }] });
  }, 90_000);

  it('ends with exit code 0 on SIGTERM, and checks its configuration on request', async () => {
    await writeHistory(1);
    const worker = startWorker();
    await waitFor(() => registry.runs.length, { timeoutMs: 30_000 });
    worker.kill('SIGTERM');
    expect((await once(worker, 'exit'))[0]).toBe(0);
    const check = startWorker(['--check-config']);
    expect((await once(check, 'exit'))[0]).toBe(0);
  }, 60_000);
});
