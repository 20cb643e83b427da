import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { temporaryDirectory } from '@larder/testing';
import { writeFeatures } from '../definitions/definition-project.fixture.js';
import { openLocalStack } from '../local-stack.js';
import type { LocalStack } from '../local-stack.js';
import { runProgram } from '../program.js';

/** What a command printed and ended with. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The four services on a folder with definitions and data, and commands that speak to them. */
export interface CliStack {
  readonly stack: LocalStack;
  readonly folder: string;
  /** Runs `larder …args`. */
  run(...args: readonly string[]): Promise<Printed>;
  /** Runs `larder …args --json` and parses what it printed. */
  json<T = Record<string, unknown>>(...args: readonly string[]): Promise<T & { readonly code: number }>;
  /** Writes features.ts; its first line imports the registry library as `larder`. */
  write(code: string): Promise<void>;
  close(): Promise<void>;
}

/** Definitions of the project `shop`: what users bought, over data/purchases.parquet. */
export const SHOP = `export const project = 'shop';
const user = larder.entity('user', { joinKeys: { user_id: larder.string() } });
const purchases = larder.parquet('data/purchases.parquet', { eventTime: 'bought_at' });
export const spending = larder.featureView('spending', {
  entities: [user],
  source: purchases,
  features: {
    purchases_7d: larder.count({ window: '7d' }),
    spent_7d: larder.sum('amount', larder.float64(), { window: '7d', description: 'in euros' }),
  },
  cadence: larder.every('1h'),
  owner: 'growth',
  tags: { tier: 'gold' },
});
export const newest = larder.featureView('newest', {
  entities: [user],
  source: purchases,
  features: { item: larder.string({ default: 'none' }), whole: larder.int64(), seen: larder.timestamp({ column: 'bought_at' }) },
  cadence: larder.every('1d'),
});
export const basket = larder.featureService('basket', [spending, newest], { description: 'What the shop shows.' });
`;

const NOW = '2026-05-07T22:00:00Z';

/** Opens the stack in this process, without Redis, with the clock at 2026-05-07 22:00 UTC, and nothing applied. */
export async function openCliStack(): Promise<CliStack> {
  const folder = await temporaryDirectory();
  await writePurchases(folder.path);
  await writeFeatures(folder.path, SHOP);
  const stack = await openLocalStack({
    project: 'shop',
    projectDirectory: folder.path,
    clock: fixedClock(parseInstant(NOW)),
    inProcess: true,
    logLevel: 'error',
  });
  const run = (...args: readonly string[]): Promise<Printed> => runOn(stack, args);
  return {
    stack,
    folder: folder.path,
    run,
    json: async <T>(...args: readonly string[]) => {
      const { code, out } = await run(...args, '--json');
      return { ...(JSON.parse(out) as T), code };
    },
    write: (code) => writeFeatures(folder.path, code),
    close: async () => {
      await stack.close();
      await folder.close();
    },
  };
}

async function runOn(stack: LocalStack, args: readonly string[]): Promise<Printed> {
  let out = '';
  let err = '';
  const code = await runProgram({
    args,
    environment: {
      USER: 'anna',
      LARDER_REGISTRY_URL: stack.registryUrl,
      LARDER_OFFLINE_URL: stack.offlineQueryUrl,
      LARDER_WORKER_URL: stack.workerUrl,
      LARDER_SERVING: stack.grpcAddress,
    },
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

async function writePurchases(folder: string): Promise<void> {
  const store = await openOfflineStore({
    projectDirectory: folder,
    allowedDirectories: [folder],
    temporaryDirectory: join(folder, 'temporary'),
    threads: 1,
  });
  const rows = `SELECT 'u' || (i % 20) AS user_id, TIMESTAMP '2026-05-07 00:00:00' - INTERVAL (i) HOUR AS bought_at,
    CAST(i AS DOUBLE) / 2 AS amount, 'item ' || i AS item, 9007199254740993 + i AS whole FROM range(200) AS t(i)`;
  await store.writeParquet(rows, join(folder, 'data/purchases.parquet'));
  await store.close();
  await writeFile(join(folder, '.gitignore'), '*\n');
}
