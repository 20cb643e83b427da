import { buildSnapshot, instantFromMicros } from '@larder/registry';
import type { Snapshot } from '@larder/registry';
import { applyDefinitions, rollback } from '../definitions/apply-definitions.js';
import type { ApplyContext } from '../definitions/apply-definitions.js';
import { readFreshness } from '../definitions/freshness.js';
import { readCurrentSnapshot, readHistory } from '../definitions/project-store.js';
import { readViewVersions } from '../definitions/view-store.js';
import { exampleDefinitions } from '../example-definitions.fixture.js';
import { readMaterialization } from '../materialization/materialization-store.js';
import { readLastReloads } from '../materialization/run-store.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { SerialWork } from './serial-work.js';

const clock = { now: () => instantFromMicros(1_778_191_200_000_000n) };
const OPEN_TIMEOUT_MS = 180_000;
/** What the first release had. */
const FIRST = MIGRATIONS.slice(0, 2);

const STATE = {
  viewId: 1,
  viewVersion: 2,
  generation: 3,
  epoch: 'e "viewVersion":9 \u0000',
  watermarkMicros: '1778191200000001',
  asOfMicros: '1778191200000002',
  files: [],
};
const RUN = {
  id: 'r1',
  view: 'activity',
  viewVersion: 2,
  snapshotVersion: 2,
  mode: 'reload',
  status: 'completed',
  startedAt: '2026-05-07T22:00:00Z',
  finishedAt: '2026-05-07T22:00:01Z',
  rowsWritten: 42,
  details: { mode: 'incremental', status: 'running', note: '\u0000' },
};

/** What a database that an earlier release made promises to this one. `open` gives one connected to an empty database. */
export function describeOldDatabase(name: string, open: () => Promise<Database>): void {
  describe(`a database of the first release on ${name}`, () => {
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
      expect(await migrate(database, clock, FIRST)).toEqual([1, 2]);
      await writeAsFirstRelease(database);
      expect(await migrate(database, clock)).toEqual(MIGRATIONS.slice(2).map((each) => each.number));
    }, OPEN_TIMEOUT_MS);
    afterAll(() => database.close());

    it('keeps its versions, states and runs', async () => {
      const history = await readHistory(database, 'old', 10);
      expect(history.map(({ version, author }) => [version, author])).toEqual([
        [2, 'ada'],
        [1, 'ada'],
      ]);
      expect(history[0]).toMatchObject({ sourceChecksSkipped: false });
      expect(await readMaterialization(database, 'old', 1)).toMatchObject(STATE);
      expect((await readLastReloads(database, 'old', ['activity'])).get('activity')).toEqual(RUN);
      const freshness = await readFreshness(database, 'old', [{ name: 'activity', id: 1 }]);
      expect(freshness.get('activity')).toMatchObject({
        watermark: '2026-05-07T22:00:00.000001Z',
        asOf: '2026-05-07T22:00:00.000002Z',
        liveVersion: 2,
        lastRun: { id: 'r1', mode: 'reload', status: 'completed', rowsWritten: 42 },
      });
    });

    it('goes on with the numbers of its views, and keeps the version that is online servable', async () => {
      await applyDefinitions(context(), 'old', {
        definitions: exampleDefinitions('old', { window: '30d', extraView: 'scores' }),
      });
      const snapshot = await readCurrentSnapshot(database, 'old');
      expect(snapshot?.version).toBe(3);
      expect(snapshot?.featureViews.map((view) => [view.name, view.id, view.version])).toEqual([
        ['activity', 1, 3],
        ['profile', 2, 1],
        ['scores', 4, 1],
      ]);
      expect(snapshot?.formerViews?.map(({ view }) => [view.name, view.version])).toEqual([['activity', 2]]);
      expect((await readViewVersions(database, 'old')).map((each) => [each.viewId, each.version])).toEqual([
        [1, 2],
        [1, 3],
        [2, 1],
        [4, 1],
      ]);
    });

    it('goes back to a version that the first release wrote', async () => {
      expect(await rollback(context(), 'old', { version: 2 })).toMatchObject({ version: 4 });
      const snapshot = await readCurrentSnapshot(database, 'old');
      expect(snapshot?.featureViews.map((view) => [view.name, view.version])).toEqual([
        ['activity', 2],
        ['profile', 1],
      ]);
    });
  });
}

/** The rows that the first release would have written: two versions, the second with a changed view; a retired view had id 3. */
async function writeAsFirstRelease(database: Database): Promise<void> {
  const first = buildSnapshot(exampleDefinitions('old', { window: '30d' }), undefined).snapshot;
  const changed = buildSnapshot(exampleDefinitions('old', { window: '7d' }), first).snapshot;
  const { formerViews: _formerViews, ...second } = changed;
  await database.query("INSERT INTO larder_projects (project, version) VALUES ('old', 2)");
  for (const snapshot of [first, second] satisfies Snapshot[]) {
    await database.query(
      `INSERT INTO larder_snapshots (project, version, snapshot, digest, changes, applied_at, author, git_commit)
       VALUES ('old', $1, $2, $3, '[]', 1778191200000000, 'ada', NULL)`,
      [snapshot.version, JSON.stringify(snapshot), `digest-${snapshot.version}`],
    );
  }
  for (const [id, view] of [
    [1, 'activity'],
    [2, 'profile'],
    [3, 'retired'],
  ] as const) {
    await database.query("INSERT INTO larder_view_ids (project, view_id, view) VALUES ('old', $1, $2)", [id, view]);
  }
  await database.query(
    "INSERT INTO larder_materializations (project, view_id, revision, state, updated_at) VALUES ('old', 1, 5, $1, 7)",
    [JSON.stringify(STATE)],
  );
  await database.query(
    "INSERT INTO larder_runs (project, run_id, view, started_at, run) VALUES ('old', 'r1', 'activity', 1778191200000000, $1)",
    [JSON.stringify(RUN)],
  );
}
