import { setTimeout as delay } from 'node:timers/promises';
import { viewMeaning } from '@larder/registry';
import type { Definitions } from '@larder/registry';
import { RegistryClient } from '@larder/registry-client';
import { silentLogger, systemClock } from '@larder/service-runtime';
import { temporaryDirectory, waitFor } from '@larder/testing';
import type { Database } from './database/database.js';
import { openDatabase } from './database/open-database.js';
import { digestOf, readSnapshot } from './definitions/project-store.js';
import { readViewVersions } from './definitions/view-store.js';
import { exampleDefinitions } from './example-definitions.fixture.js';
import { postgresForTests } from './postgres.fixture.js';
import { killRegistryProcesses, startRegistryProcess } from './registry-process.fixture.js';

const { url: databaseUrl, describeOnPostgres } = await postgresForTests();

const ROUNDS = 20;
const WRITERS = 4;
const PROJECT = 'demo';
const TEST_TIMEOUT_MS = 600_000;

afterEach(killRegistryProcesses);

/** What the registry said it has: version → who applied it. */
type Acknowledged = Map<number, string>;

/** A repository of its own: one view, whose meaning changes with every apply. */
function changedView(writer: string, count: number): Definitions {
  const { featureViews, ...rest } = exampleDefinitions(PROJECT, { extraView: `view_${writer}` });
  const own = featureViews.filter((view) => view.name === `view_${writer}`);
  return { ...rest, featureServices: [], featureViews: own.map((view) => ({ ...view, filter: `score > ${count}` })) };
}

async function applyUntilGone(client: RegistryClient, author: string, acknowledged: Acknowledged): Promise<void> {
  const writer = author.replace(/-.*/, '');
  try {
    for (let count = 1; ; count++) {
      const unique = Number(author.replace(/\D/g, '')) * 1000 + count;
      const { version } = await client.apply(PROJECT, { definitions: changedView(writer, unique), author });
      acknowledged.set(version, author);
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  }
}

/** Everything acknowledged is there, without a gap, and each version can be read. */
async function expectWhole(client: RegistryClient, acknowledged: Acknowledged): Promise<number> {
  const history = await client.history(PROJECT, { limit: 1000 });
  expect(history.map((each) => each.version)).toEqual(history.map((_, index) => history.length - index));
  const authors = new Map(history.map((each) => [each.version, each.author]));
  for (const [version, author] of acknowledged) expect([version, authors.get(version)]).toEqual([version, author]);
  expect((await client.snapshot(PROJECT)).version).toBe(history.length);
  return history.length;
}

/** Snapshots, the ids and versions of views, and the project's own version say the same. */
async function expectTablesAgree(database: Database, versions: number): Promise<void> {
  const given = new Set<string>();
  const names = new Set<string>();
  for (let version = 1; version <= versions; version++) {
    const snapshot = await readSnapshot(database, PROJECT, version);
    if (snapshot === undefined) throw new Error(`version ${version} is not there`);
    for (const view of snapshot.featureViews) {
      given.add(`${view.id} ${view.version} ${digestOf(viewMeaning(view, snapshot))}`);
      names.add(`${view.id} ${view.name}`);
    }
  }
  const stored = await readViewVersions(database, PROJECT);
  expect(stored.map((each) => `${each.viewId} ${each.version} ${each.meaning}`).sort()).toEqual([...given].sort());
  const ids = await database.query('SELECT view_id, view FROM larder_view_ids WHERE project = $1', [PROJECT]);
  expect(ids.map((row) => `${String(row['view_id'])} ${String(row['view'])}`).sort()).toEqual([...names].sort());
  expect(await database.query('SELECT version FROM larder_projects')).toEqual([{ version: versions }]);
}

async function killTwentyTimes(
  environment: Record<string, string>,
): Promise<{ versions: number; acknowledged: number }> {
  const acknowledged: Acknowledged = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const registry = startRegistryProcess(environment);
    const client = new RegistryClient({ url: await registry.url });
    if (round > 0) await expectWhole(client, acknowledged);
    const writers = Array.from({ length: WRITERS }, (_, index) => `${'abcd'[index] ?? 'x'}-${round + 1}`);
    const before = acknowledged.size;
    const applying = writers.map((author) => applyUntilGone(client, author, acknowledged));
    await waitFor(() => acknowledged.size > before, { intervalMs: 1, timeoutMs: 30_000 });
    await delay(Math.random() * 150);
    registry.child.kill('SIGKILL');
    await Promise.all(applying);
    await registry.exited;
  }
  const last = startRegistryProcess(environment);
  const versions = await expectWhole(new RegistryClient({ url: await last.url }), acknowledged);
  last.child.kill('SIGTERM');
  expect((await last.exited).code).toBe(0);
  return { versions, acknowledged: acknowledged.size };
}

async function expectSurvival(environment: Record<string, string>): Promise<void> {
  const { versions, acknowledged } = await killTwentyTimes(environment);
  expect(acknowledged).toBeGreaterThan(ROUNDS);
  const database = await openDatabase({
    databaseUrl: environment['LARDER_DATABASE_URL'],
    dataDirectory: environment['LARDER_DATA_DIRECTORY'] ?? '',
    clock: systemClock,
    logger: silentLogger(),
  });
  try {
    await expectTablesAgree(database, versions);
  } finally {
    await database.close();
  }
}

describe('a registry killed at twenty moments in the middle of applies', () => {
  it(
    'has whole versions only, and every acknowledged one, in PGlite',
    async () => {
      const folder = await temporaryDirectory();
      try {
        await expectSurvival({ LARDER_DATA_DIRECTORY: folder.path });
      } finally {
        await folder.close();
      }
    },
    TEST_TIMEOUT_MS,
  );
});

describeOnPostgres('a registry killed at twenty moments in the middle of applies, beside a PostgreSQL', () => {
  it(
    'has whole versions only, and every acknowledged one',
    async () => {
      await expectSurvival({ LARDER_DATABASE_URL: databaseUrl });
    },
    TEST_TIMEOUT_MS,
  );
});
