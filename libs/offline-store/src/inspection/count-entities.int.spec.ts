import { join } from 'node:path';
import { parseInstant } from '@larder/registry';
import type { OfflineFixture } from '../testing/offline-fixture.js';
import { oneView, openOfflineFixture } from '../testing/offline-fixture.js';
import { plain } from '../testing/view-fixture.js';
import type { EntityCount } from './count-entities.js';
import { countEntities } from './count-entities.js';

const FILES = 20;
const ROWS = 2_000;

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

/** Counts the entities of 20 files of 2,000 rows, whose ids `id` gives for file and row, reading at most `maxRows`. */
async function countOf(folder: string, id: string, maxRows?: number): Promise<EntityCount> {
  for (let file = 0; file < FILES; file++) {
    const rows = `SELECT range AS line, ${file} AS file, TIMESTAMP '2024-01-01' + to_days(${file}) AS event_timestamp FROM range(${ROWS})`;
    const name = `${String(file).padStart(2, '0')}.parquet`;
    await fixture.store.writeParquet(
      `SELECT CAST(${id} AS BIGINT) AS id, event_timestamp FROM (${rows})`,
      join(fixture.directory, folder, name),
    );
  }
  const { snapshot, view } = oneView(`${folder}/*.parquet`, [plain('id', 'int64')]);
  const context = await fixture.store.describeSources(snapshot, [view]);
  const files = await fixture.store.sourceFiles(snapshot, 'source');
  const options = {
    now: parseInstant('2025-01-01'),
    files,
    sourceRows: FILES * ROWS,
    ...(maxRows === undefined ? {} : { maxRows }),
  };
  return fixture.store.useConnection({}, (lease) => countEntities(lease, { context, view }, options));
}

it.each([
  ['the same in every file', 'line', 2_000],
  ['others in every file', 'file * 100000 + line', 40_000],
  ['partly the same', 'CASE WHEN line < 1000 THEN line ELSE file * 100000 + line END', 21_000],
])('counts ids that are %s, from a sample of files too', async (name, id, exact) => {
  const folder = name.replaceAll(' ', '_');
  for (const maxRows of [undefined, 10_000]) {
    const { rows, entities } = await countOf(folder, id, maxRows);
    expect(rows).toBe(FILES * ROWS);
    expect(entities / exact).toBeGreaterThan(maxRows === undefined ? 0.999 : 0.55);
    expect(entities / exact).toBeLessThan(maxRows === undefined ? 1.001 : 1.8);
  }
});

it('leaves out rows of later than now, and sketches where there are many rows', async () => {
  const { snapshot, view } = oneView('the_same_in_every_file/*.parquet', [plain('id', 'int64')]);
  const context = await fixture.store.describeSources(snapshot, [view]);
  const options = { now: parseInstant('2024-01-03'), files: [], sourceRows: 1e9 };
  const count = await fixture.store.useConnection({}, (lease) => countEntities(lease, { context, view }, options));
  expect(count.rows).toBe(3 * ROWS);
  expect(count.entities / ROWS).toBeGreaterThan(0.8);
  expect(count.entities / ROWS).toBeLessThan(1.25);
});
