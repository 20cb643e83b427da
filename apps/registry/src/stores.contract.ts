import { instantFromMicros } from '@larder/registry';
import type { Database } from './database/database.js';
import { migrate } from './database/migrate.js';
import { MIGRATIONS } from './database/migrations.js';
import { SerialWork } from './database/serial-work.js';
import { applyDefinitions } from './definitions/apply-definitions.js';
import type { ApplyContext } from './definitions/apply-definitions.js';
import { exampleDefinitions } from './example-definitions.fixture.js';
import { readRuns, writeRun } from './materialization/run-store.js';

const clock = { now: () => instantFromMicros(1_778_191_200_000_000n) };
const NUMBERS = MIGRATIONS.map((each) => each.number);

const OPEN_TIMEOUT_MS = 180_000;

/** What the registry's tables promise, whichever database they are in. `open` gives one connected to an empty database. */
export function describeStores(name: string, open: () => Promise<Database>): void {
  describe(`the registry's tables on ${name}`, () => {
    let database: Database;
    const context = (): ApplyContext => ({
      database,
      clock,
      applies: new SerialWork(),
      inspector: undefined,
      onApplied: () => undefined,
    });
    beforeAll(async () => {
      database = await open();
    }, OPEN_TIMEOUT_MS);
    afterAll(() => database.close());

    it('are made once, by whoever comes first', async () => {
      const applied = await Promise.all([migrate(database, clock), migrate(database, clock), migrate(database, clock)]);
      expect(applied.filter((each) => each.length > 0)).toEqual([NUMBERS]);
      expect(await migrate(database, clock)).toEqual([]);
    });

    it('are brought forward by new migrations, all of them or none', async () => {
      const next = NUMBERS.length + 1;
      const broken = {
        number: next,
        name: 'broken',
        statements: ['CREATE TABLE half (id integer)', 'CREATE TABLE half (id integer)'],
      };
      await expect(migrate(database, clock, [...MIGRATIONS, broken])).rejects.toThrow('half');
      expect(
        await migrate(database, clock, [...MIGRATIONS, { ...broken, statements: ['CREATE TABLE half (id integer)'] }]),
      ).toEqual([next]);
    });

    it('are not touched by a version that does not know their last migration', async () => {
      await expect(migrate(database, clock)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining('broken'),
      });
      await database.query('DELETE FROM larder_migrations WHERE name = $1', ['broken']);
    });

    it('never change a snapshot or the id of a view', async () => {
      await applyDefinitions(context(), 'kept', { definitions: exampleDefinitions('kept') });
      for (const statement of [
        "UPDATE larder_snapshots SET snapshot = '{}'",
        'DELETE FROM larder_snapshots',
        "UPDATE larder_view_versions SET meaning = 'other'",
        'DELETE FROM larder_view_versions',
        "UPDATE larder_view_ids SET view = 'other'",
        'DELETE FROM larder_view_ids',
      ]) {
        await expect(database.query(statement)).rejects.toThrow('rows are never changed');
      }
    });

    it('keep the last thousand runs of each view', async () => {
      await applyDefinitions(context(), 'busy', { definitions: exampleDefinitions('busy') });
      const run = {
        id: 'new',
        view: 'activity',
        viewVersion: 1,
        snapshotVersion: 1,
        mode: 'reload',
        status: 'running',
        startedAt: '2026-05-07T22:00:00Z',
      } as const;
      await writeRun(database, 'busy', { ...run, id: 'other', view: 'profile', startedAt: '2000-01-01T00:00:00Z' });
      await database.query(
        `INSERT INTO larder_runs (project, run_id, view, started_at, run)
         SELECT 'busy', 'old-' || n, 'activity', n, $1 FROM generate_series(1, 1005) AS n`,
        [JSON.stringify(run)],
      );
      await writeRun(database, 'busy', run);
      const [row] = await database.query(
        "SELECT count(*)::integer AS n, min(started_at)::integer AS oldest FROM larder_runs WHERE view = 'activity'",
      );
      expect(row).toEqual({ n: 1000, oldest: 7 });
      expect(await readRuns(database, 'busy', { view: 'profile', limit: 10 })).toHaveLength(1);
    });
  });
}
