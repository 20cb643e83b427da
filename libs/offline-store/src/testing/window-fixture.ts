import type { FeatureSpec, FeatureValue } from '@larder/registry';
import { parseInstant } from '@larder/registry';
import { buildWindowsAsOfQuery } from '@larder/point-in-time';
import { readTrainingSet } from '../training-set.js';
import type { OfflineFixture, OneView } from './offline-fixture.js';
import { at, oneView, spineRows } from './offline-fixture.js';
import { resolved } from './view-fixture.js';

/** A row of entity 1; created at its event time unless said otherwise. Times are of one day. */
export type Event = readonly [value: number | string | null, event: string, created?: string];

const day = (time: string): string => `2024-01-01T${time}Z`;
let files = 0;
const HOUR = 3600;
export const tumbling = { windowKind: 'tumbling', windowSeconds: HOUR } as const;
export const lifetime = { windowKind: 'lifetime' } as const;
export const sliding = { windowSeconds: HOUR } as const;
export const value = { column: 'value', type: 'float64' } as const;

/** The events of entity 1 as a view of these features over a column `value`; without a created time where no event has one. */
export async function windowView(
  fixture: OfflineFixture,
  events: readonly Event[],
  { features, type = 'DOUBLE' }: { readonly features: readonly FeatureSpec[]; readonly type?: string },
): Promise<OneView> {
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'value', type },
    { name: 'event_timestamp', type: 'TIMESTAMP' },
    { name: 'created', type: 'TIMESTAMP' },
  ];
  const rows = events.map(([value, event, created = event]) => [1, value, at(day(event)), at(day(created))] as const);
  const path = await fixture.write(`events-${files++}.parquet`, columns, rows);
  const isLate = events.some((each) => each[2] !== undefined);
  return oneView(path, features, isLate ? { source: { createdTime: 'created' } } : {});
}

/** The features at each time: as a training set has them, and as a materialization as of that time writes them; both are the same. */
export async function windowValues(
  fixture: OfflineFixture,
  each: OneView,
  times: readonly string[],
): Promise<FeatureValue[][]> {
  const { snapshot, view } = each;
  const spine = {
    kind: 'rows' as const,
    rows: spineRows(
      ['id', 'event_timestamp'],
      times.map((time) => [1, day(time)]),
    ),
  };
  const training = await readTrainingSet(fixture.store, { snapshot, views: [resolved(snapshot, view)], spine });
  const values = training.rows.map((row) => row.slice(2));
  const context = await fixture.store.describeSources(snapshot, [view]);
  for (const [index, time] of times.entries()) {
    const { sql } = buildWindowsAsOfQuery(context, view, { asOf: parseInstant(day(time)) });
    const rows = (await fixture.store.readRows(sql)).rows.map((row) => row.slice(4));
    expect(rows[0] ?? view.features.map(() => null)).toEqual(values[index]);
  }
  return values;
}
