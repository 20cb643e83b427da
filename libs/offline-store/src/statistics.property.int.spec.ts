import { join } from 'node:path';
import fc from 'fast-check';
import type { Instant } from '@larder/registry';
import { buildTrainingSetPlan } from '@larder/point-in-time';
import type { FeatureStatistics } from '@larder/point-in-time';
import type { OfflineFixture } from './testing/offline-fixture.js';
import { openOfflineFixture } from './testing/offline-fixture.js';
import { rowsQuery } from './testing/parquet-fixture.js';
import type { RandomCase } from './testing/random-case.js';
import { asOfTime, oracleRows, plainFeatures, randomCase, writeCase } from './testing/random-case.js';
import { resolved } from './testing/view-fixture.js';

const RUNS = Number(process.env['LARDER_PROPERTY_RUNS'] ?? 60);
const SPINE_COLUMNS = [
  { name: 'a', type: 'BIGINT' },
  { name: 'b', type: 'VARCHAR' },
  { name: 'event_timestamp', type: 'TIMESTAMP' },
];

let fixture: OfflineFixture;
let cases = 0;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

type Counts = Omit<FeatureStatistics, 'feature'>;

/** The first feature's statistics, row by row and word by word. */
function expectedStatistics(each: RandomCase, column: string): Counts {
  const counts = { present: 0, nulls: 0, noRow: 0, expired: 0, deleted: 0, notKnownYet: 0 };
  const rows = oracleRows(each);
  for (const point of each.spine) {
    const keys = each.keys.map((key) => point[key]);
    const asOf = asOfTime(each, point.time);
    const oldest = each.ttlSeconds === undefined ? undefined : point.time - BigInt(each.ttlSeconds) * 1_000_000n;
    const own = rows.flatMap((row, place) => {
      const { event } = row;
      if (event === null || keys.includes(null) || row.keys.some((key, index) => key !== keys[index])) return [];
      const created = each.hasCreatedTime ? (row.created ?? event) : event;
      const trusted = !each.knowledgeTime || (each.trustedBefore !== undefined && event < each.trustedBefore);
      return [{ ...row, event, created, place, known: !trusted && created > event ? created : event }];
    });
    own.sort((x, y) => compare(x.event, y.event) || compare(x.created, y.created) || x.place - y.place);
    const winner = own.filter((row) => row.known <= asOf).at(-1);
    const hidden = own.filter(
      (row) => row.event <= asOf && row.known > asOf && (oldest === undefined || row.event >= oldest),
    );
    const newer = hidden.filter((row) => winner === undefined || own.indexOf(row) > own.indexOf(winner));
    if (newer.length > 0) counts.notKnownYet++;
    if (winner === undefined) counts.noRow++;
    else if (winner.tombstone === true) counts.deleted++;
    else if (oldest !== undefined && winner.event < oldest) counts.expired++;
    else if ((winner.values[column] ?? null) === null) counts.nulls++;
    else counts.present++;
  }
  return counts;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function statisticsAreExact(each: RandomCase): Promise<void> {
  const { snapshot, view } = await writeCase(fixture.store, join(fixture.directory, `case-${cases++}`), each);
  const context = await fixture.store.describeSources(snapshot, [view]);
  const times = each.spine.map((point) => point.time).sort(compare);
  const spine = {
    sql: rowsQuery(
      SPINE_COLUMNS,
      each.spine.map((point) => [point.a, point.b, point.time]),
    ),
    columns: SPINE_COLUMNS.map(({ name }) => ({ name })),
    timestampColumn: 'event_timestamp',
    minTime: (times[0] ?? 0n) as Instant,
    maxTime: (times.at(-1) ?? 0n) as Instant,
    ...(each.small ? { rows: 1 } : {}),
  };
  const plan = buildTrainingSetPlan(context, {
    views: [resolved(snapshot, view)],
    spine,
    knowledgeTime: each.knowledgeTime,
  });
  const { sql, read } = plan.statistics(`(${plan.joined})`);
  const [row = []] = (await fixture.store.readRows(sql)).rows;
  const { feature, ...counts } = read(row.map((value) => value as bigint))[0] ?? { feature: '' };
  expect([feature, counts]).toEqual([view.features[0]?.name, expectedStatistics(each, view.features[0]?.name ?? '')]);
}

it('counts every row of the spine as what it is', () =>
  fc.assert(fc.asyncProperty(randomCase(plainFeatures), statisticsAreExact), { numRuns: RUNS }));
