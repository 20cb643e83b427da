import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { parseInstant } from '@larder/registry';
import { buildWindowsAsOfQuery, sqlType } from '@larder/point-in-time';
import type { OfflineFixture } from './testing/offline-fixture.js';
import { at, oneView, openOfflineFixture, spineRows } from './testing/offline-fixture.js';
import type { FixtureValue } from './testing/parquet-fixture.js';
import { resolved, windowed } from './testing/view-fixture.js';
import { readTrainingSet } from './training-set.js';

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

const TIME = '2024-01-01T10:00:00Z';

describe.each<[ScalarTypeName, string, FixtureValue, unknown]>([
  ['bool', 'BOOLEAN', true, true],
  ['int32', 'SMALLINT', 5, 5],
  ['int64', 'INTEGER', 5, 5n],
  ['float32', 'FLOAT', 0.5, 0.5],
  ['float64', 'FLOAT', 0.5, 0.5],
  ['string', 'VARCHAR', "it's", "it's"],
  ['bytes', 'BLOB', 'ab', Uint8Array.of(97, 98)],
  ['timestamp', 'TIMESTAMP', at(TIME), parseInstant(TIME)],
  ['date', 'DATE', at(TIME), '2024-01-01'],
  ['decimal', 'DECIMAL(10,2)', '1.50', '1.50'],
  ['json', 'JSON', '{"a":1}', '{"a":1}'],
])('a column of %s', (type, columnType, written, value) => {
  it.each(['training set', 'materialization'])('gives windows their types and values in a %s', async (kind) => {
    const columns = [
      { name: 'id', type: 'BIGINT' },
      { name: 'value', type: columnType },
      { name: 'event_timestamp', type: 'TIMESTAMP' },
    ];
    const path = await fixture.write(`${type}-${kind}.parquet`, columns, [[1, written, at(TIME)]]);
    const listType: ValueTypeName = `list<${type}>`;
    const all = { column: 'value', windowKind: 'lifetime' } as const;
    const { snapshot, view } = oneView(path, [
      windowed('oldest', { function: 'first', type, ...all }),
      windowed('newest', { function: 'last', type, ...all }),
      windowed('recent', { function: 'lastN', type: listType, limit: 2, ...all }),
      windowed('different', { function: 'countDistinct', type: 'int64', ...all }),
      windowed('about', { function: 'approxCountDistinct', type: 'int64', ...all }),
      windowed('frequent', { function: 'topK', type: listType, limit: 2, ...all }),
    ]);
    const types: ValueTypeName[] = [type, type, listType, 'int64', 'int64', listType];
    const values = [value, value, [value], 1n, 1n, [value]];
    if (kind === 'training set') {
      const spine = { kind: 'rows' as const, rows: spineRows(['id', 'event_timestamp'], [[1, TIME]]) };
      const found = await readTrainingSet(fixture.store, { snapshot, views: [resolved(snapshot, view)], spine });
      const digits = types.map((each) => each.replace('decimal', 'string'));
      expect(found.columns.slice(2).map((each) => each.type)).toEqual(digits);
      expect(found.rows.map((row) => row.slice(2))).toEqual([values]);
    } else {
      const context = await fixture.store.describeSources(snapshot, [view]);
      const { sql } = buildWindowsAsOfQuery(context, view, { asOf: parseInstant(TIME) });
      const { rows } = await fixture.store.readRows(sql);
      expect(rows.map((row) => row.slice(4))).toEqual([values]);
      const typed = view.features.map((each) => `typeof(${each.name}) = '${sqlType(each.type)}'`);
      expect((await fixture.store.readRows(`SELECT ${typed.join(', ')} FROM (${sql})`)).rows).toEqual([
        typed.map(() => true),
      ]);
    }
  });
});
