import type { LarderError } from '@larder/registry';
import { isLarderError, parseInstant } from '@larder/registry';
import { goldenContext, goldenFeatures, goldenSpine, goldenView } from './golden-sql.fixture.js';
import { buildNewestRowsQuery } from './newest-rows.js';
import { buildTrainingSetPlan, buildTrainingSetQuery } from './training-set.js';
import { buildWindowsAsOfQuery } from './windows-as-of.js';

const AS_OF = parseInstant('2024-06-01T00:00:00Z');

function errorOf(work: () => unknown): LarderError {
  try {
    work();
  } catch (error) {
    if (isLarderError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('buildTrainingSetQuery', () => {
  it('joins a view once, however its features are spread', () => {
    const [profile] = goldenFeatures('profile');
    const [activity] = goldenFeatures('activity');
    if (profile === undefined || activity === undefined) throw new Error('views are missing');
    const [first, ...rest] = profile.features;
    const views = [
      { ...profile, features: first === undefined ? [] : [first] },
      activity,
      { ...profile, features: rest },
    ];
    const { sql, columns } = buildTrainingSetQuery(goldenContext, { views, spine: goldenSpine });
    expect(sql.match(/ASOF LEFT JOIN known_rows/g)).toHaveLength(1);
    expect(columns.map((column) => `${column.name} ${String(column.type)}`).slice(5)).toEqual([
      'segment VARCHAR',
      'watches_7d BIGINT',
      'watches_30d BIGINT',
      'seconds_7d BIGINT',
      'score DOUBLE',
      'points BIGINT',
    ]);
  });

  it('names everything that the spine lacks', () => {
    const spine = {
      ...goldenSpine,
      columns: [{ name: 'USER_ID' }, { name: 'Segment' }, { name: '#row' }],
      timestampColumn: 'asked_at',
    };
    const error = errorOf(() =>
      buildTrainingSetQuery(goldenContext, {
        views: [...goldenFeatures('profile'), ...goldenFeatures('roles')],
        spine,
      }),
    );
    expect(error.code).toBe('INVALID_ARGUMENT');
    const listed = 'it has USER_ID, Segment, #row';
    expect(error.details.problems?.map((problem) => problem.message)).toEqual([
      `has no column asked_at for the rows' times; ${listed}`,
      `has no column user_id, a join key of profile; ${listed}`,
      `has no column origin_airport, a join key of origin; ${listed}`,
      `has no column destination_airport, a join key of destination; ${listed}`,
      'column Segment has the name of the feature profile:segment; rename it or ask for full feature names',
      'column #row: names that start with # are taken',
    ]);
  });

  it('needs the range of the spine to list the ticks of a cron expression', () => {
    const { sql, columns, timestampColumn } = goldenSpine;
    const views = goldenFeatures('roles');
    expect(
      errorOf(() => buildTrainingSetQuery(goldenContext, { views, spine: { sql, columns, timestampColumn } })).message,
    ).toMatch(/^delays refreshes by cron: snapshot accuracy needs/);
    expect(
      buildTrainingSetQuery(goldenContext, { views, spine: { sql, columns, timestampColumn }, accuracy: 'temporal' })
        .sql,
    ).not.toContain('ticks_');
  });

  it('quotes what comes from outside', () => {
    const spine = { ...goldenSpine, columns: [...goldenSpine.columns, { name: 'a"b' }] };
    expect(buildTrainingSetQuery(goldenContext, { views: goldenFeatures('profile'), spine }).sql).toContain(
      'spine."a""b"',
    );
  });
});

describe('statistics', () => {
  it('are read by position, in the order of views and features', () => {
    const views = [...goldenFeatures('activity'), ...goldenFeatures('profile')];
    const { read } = buildTrainingSetPlan(goldenContext, { views, spine: goldenSpine }).statistics('joined');
    const activity = [8n, 2n, 0n, 0n, 0n, 8n, 8n, 5n];
    const profile = [4n, 3n, 2n, 1n, 6n, 4n, 3n, 0n];
    expect(read([...activity, ...profile])).toEqual([
      { feature: 'watches_7d', present: 8, nulls: 0, noRow: 2, expired: 0, deleted: 0, notKnownYet: 0 },
      { feature: 'watches_30d', present: 8, nulls: 0, noRow: 2, expired: 0, deleted: 0, notKnownYet: 0 },
      { feature: 'seconds_7d', present: 5, nulls: 3, noRow: 2, expired: 0, deleted: 0, notKnownYet: 0 },
      { feature: 'segment', present: 4, nulls: 0, noRow: 3, expired: 2, deleted: 1, notKnownYet: 6 },
      { feature: 'score', present: 3, nulls: 1, noRow: 3, expired: 2, deleted: 1, notKnownYet: 6 },
      { feature: 'points', present: 0, nulls: 4, noRow: 3, expired: 2, deleted: 1, notKnownYet: 6 },
    ]);
  });
});

describe('the newest values', () => {
  it('refuse a view of the other kind, files of a SQL source and an impossible part', () => {
    const profile = goldenView('profile');
    expect(errorOf(() => buildWindowsAsOfQuery(goldenContext, profile, { asOf: AS_OF })).message).toBe(
      'profile is a view of plain columns; its newest rows are read instead',
    );
    expect(errorOf(() => buildNewestRowsQuery(goldenContext, goldenView('ratings'), { asOf: AS_OF })).message).toBe(
      'ratings is a view of windows; its values are computed as of an instant',
    );
    expect(
      errorOf(() =>
        buildNewestRowsQuery(goldenContext, goldenView('delays'), { asOf: AS_OF, files: ['/data/a.parquet'] }),
      ).message,
    ).toBe('source trips is a SQL source and has no files of its own');
    for (const hashPartition of [
      { count: 4, index: 4 },
      { count: 0, index: 0 },
      { count: 2, index: -1 },
      { count: 2.5, index: 1 },
    ]) {
      expect(errorOf(() => buildNewestRowsQuery(goldenContext, profile, { asOf: AS_OF, hashPartition })).code).toBe(
        'INVALID_ARGUMENT',
      );
    }
  });

  it('need the files of their source', () => {
    expect(
      errorOf(() =>
        buildNewestRowsQuery({ ...goldenContext, files: new Map() }, goldenView('profile'), { asOf: AS_OF }),
      ).message,
    ).toBe('source profiles has no files');
  });
});
