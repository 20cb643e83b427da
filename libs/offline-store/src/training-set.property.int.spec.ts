import { join } from 'node:path';
import fc from 'fast-check';
import type { FeatureSpec, FeatureValue, Instant } from '@larder/registry';
import {
  buildNewestRowsQuery,
  buildTrainingSetPlan,
  buildTrainingSetQuery,
  buildWindowsAsOfQuery,
} from '@larder/point-in-time';
import type { SourceContext } from '@larder/point-in-time';
import { oracleValues } from '@larder/point-in-time/testing';
import type { OfflineFixture, OneView } from './testing/offline-fixture.js';
import { openOfflineFixture } from './testing/offline-fixture.js';
import { rowsQuery } from './testing/parquet-fixture.js';
import type { RandomCase } from './testing/random-case.js';
import {
  allFeatures,
  anyFeatures,
  asOfTime,
  comparable,
  exactFeatures,
  oracleRequest,
  plainFeatures,
  randomCase,
  storeValue,
  writeCase,
} from './testing/random-case.js';
import { resolved } from './testing/view-fixture.js';

const RUNS = Number(process.env['LARDER_PROPERTY_RUNS'] ?? 100);
const SPINE_COLUMNS = [
  { name: 'a', type: 'BIGINT' },
  { name: 'b', type: 'VARCHAR' },
  { name: 'event_timestamp', type: 'TIMESTAMP' },
  { name: 'place', type: 'INTEGER' },
];

let fixture: OfflineFixture;
let cases = 0;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

async function written(each: RandomCase): Promise<OneView & { readonly context: SourceContext }> {
  const one = await writeCase(fixture.store, join(fixture.directory, `case-${cases++}`), each);
  return { ...one, context: await fixture.store.describeSources(one.snapshot, [one.view]) };
}

async function trainingSetIsExact(each: RandomCase): Promise<void> {
  const { snapshot, view, context } = await written(each);
  const times = each.spine.map((point) => point.time).sort((a, b) => (a < b ? -1 : 1));
  const spine = {
    sql: rowsQuery(
      SPINE_COLUMNS,
      each.spine.map((point, place) => [point.a, point.b, point.time, place]),
    ),
    columns: SPINE_COLUMNS.map(({ name }) => ({ name })),
    timestampColumn: 'event_timestamp',
    minTime: (times[0] ?? 0n) as Instant,
    maxTime: (times.at(-1) ?? 0n) as Instant,
    ...(each.small ? { rows: 1 } : {}),
  };
  const request = { views: [resolved(snapshot, view)], spine, knowledgeTime: each.knowledgeTime };
  const oracle = oracleRequest(each, view);
  const expected = each.spine.map((point, place) => {
    const values = oracleValues(
      oracle,
      each.keys.map((key) => point[key]),
      { time: point.time, asOf: asOfTime(each, point.time) },
    );
    return [place, ...values.map((value, index) => storeValue(value, each.features[index]))];
  });
  const features = each.features;
  expect(await placeAndValues(buildTrainingSetQuery(context, request).sql, features)).toEqual(expected);
  const plan = buildTrainingSetPlan(context, request);
  expect(await placeAndValues(plan.output(`(${plan.joined})`), features)).toEqual(expected);
}

async function placeAndValues(sql: string, features: readonly FeatureSpec[]): Promise<FeatureValue[][]> {
  const { rows } = await fixture.store.readRows(sql);
  return rows.map(([, , , place = null, ...values]) => [
    place,
    ...values.map((value, index) => comparable(value, features[index])),
  ]);
}

/** What materialization writes for an instant is what a training set has at that instant. */
async function newestValuesAreExact(each: RandomCase): Promise<void> {
  const bare = { ...each, knowledgeTime: true, features: each.features.map(({ default: _, ...feature }) => feature) };
  const { view, context } = await written(bare);
  const asOf = (each.spine[0]?.time ?? 0n) as Instant;
  const build = view.computation === 'windows' ? buildWindowsAsOfQuery : buildNewestRowsQuery;
  const parts = [0, 1].map((index) => build(context, view, { asOf, hashPartition: { count: 2, index } }).sql);
  const found = new Map<string, FeatureValue[]>();
  for (const sql of [...parts, build(context, view, { asOf }).sql]) {
    for (const row of (await fixture.store.readRows(sql)).rows) {
      const { length } = bare.keys;
      const [, , tombstone] = row.slice(length);
      if (tombstone === false)
        found.set(
          keyText(row.slice(0, length)),
          row.slice(length + 3).map((value, index) => comparable(value, bare.features[index])),
        );
    }
  }
  const { ttlSeconds: _, ...ageless } = view;
  const oracle = { ...oracleRequest(bare, view), view: ageless };
  for (const keys of allKeys(bare)) {
    const values = oracleValues(oracle, keys, { time: asOf, asOf }).map((value, index) =>
      storeValue(value, bare.features[index]),
    );
    expect(found.get(keyText(keys)) ?? values.map(() => null)).toEqual(values);
    found.delete(keyText(keys));
  }
  expect([...found.keys()]).toEqual([]);
}

function allKeys(each: RandomCase): (string | bigint | null)[][] {
  const distinct = new Map(
    each.rows
      .map((row) => each.keys.map((key) => row.keys[key === 'a' ? 0 : 1] ?? null))
      .map((keys) => [keyText(keys), keys]),
  );
  return [...distinct.values()].filter((keys) => !keys.includes(null));
}

function keyText(keys: readonly FeatureValue[]): string {
  return keys.map(String).join('|');
}

describe('training sets agree with the oracle', () => {
  it('for views of plain columns', () =>
    fc.assert(fc.asyncProperty(randomCase(plainFeatures), trainingSetIsExact), { numRuns: 2 * RUNS }));
  it('for windows of counts and integers', () =>
    fc.assert(fc.asyncProperty(randomCase(exactFeatures), trainingSetIsExact), { numRuns: RUNS }));
  it('for windows of any aggregate', () =>
    fc.assert(fc.asyncProperty(randomCase(anyFeatures), trainingSetIsExact), { numRuns: RUNS }));
  it('for windows of every kind', () =>
    fc.assert(fc.asyncProperty(randomCase(allFeatures), trainingSetIsExact), { numRuns: RUNS }));
});

describe('newest values agree with the oracle', () => {
  it('for views of plain columns', () =>
    fc.assert(fc.asyncProperty(randomCase(plainFeatures), newestValuesAreExact), { numRuns: RUNS }));
  it('for windows', () =>
    fc.assert(fc.asyncProperty(randomCase(anyFeatures), newestValuesAreExact), { numRuns: RUNS }));
  it('for windows of every kind', () =>
    fc.assert(fc.asyncProperty(randomCase(allFeatures), newestValuesAreExact), { numRuns: RUNS }));
});
