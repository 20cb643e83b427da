import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseInstant } from '@larder/registry';
import { goldenContext, goldenFeatures, goldenSpine, goldenView } from './golden-sql.fixture.js';
import { buildIgnoredRowsQuery } from './history.js';
import { buildNewestRowsQuery } from './newest-rows.js';
import { buildTrainingSetPlan, buildTrainingSetQuery } from './training-set.js';
import type { TrainingSetRequest } from './training-set.js';
import { buildViewRowsQuery } from './view-rows.js';
import { buildWindowsAsOfQuery } from './windows-as-of.js';

/** `LARDER_WRITE_GOLDEN=1` writes the files anew: read the difference before you keep it. */
const WRITE = process.env['LARDER_WRITE_GOLDEN'] === '1';
const AS_OF = parseInstant('2024-06-01T00:00:00Z');

function expectGolden(file: string, sql: string): void {
  const path = new URL(`../testdata/${file}.sql`, import.meta.url);
  if (WRITE || !existsSync(path)) writeFileSync(path, `${sql}\n`);
  expect(`${sql}\n`).toBe(readFileSync(path, 'utf8'));
}

function trainingSet(views: string, request: Partial<TrainingSetRequest> = {}): string {
  return buildTrainingSetQuery(goldenContext, { views: goldenFeatures(views), spine: goldenSpine, ...request }).sql;
}

/** A spine too large to reduce a view to. */
const LARGE = { spine: { ...goldenSpine, rows: 5_000_000 } };

describe('the SQL of a training set', () => {
  it('of plain columns, reduced to a small spine', () => expectGolden('plain-small', trainingSet('profile')));
  it('of plain columns for a large spine', () => expectGolden('plain-large', trainingSet('profile', LARGE)));
  it('without the rule of knowledge', () =>
    expectGolden('plain-event-time', trainingSet('profile', { knowledgeTime: false })));
  it('of windows by a sweep', () => expectGolden('windows-sweep', trainingSet('activity', LARGE)));
  it('of windows by a sweep where rows can be late', () =>
    expectGolden('windows-sweep-late', trainingSet('late_activity', LARGE)));
  it('of RANGE windows', () => expectGolden('windows-range', trainingSet('ratings')));
  it('of windows of every kind', () => expectGolden('windows-mixed', trainingSet('habits', LARGE)));
  it('of windows of every kind where rows can be late', () =>
    expectGolden('windows-mixed-late', trainingSet('late_habits', LARGE)));
  it('of windows by buckets', () => expectGolden('windows-bucket', trainingSet('late_ratings')));
  it('of one view in two roles, as of ticks of a cron expression, over a SQL source', () =>
    expectGolden('snapshot-cron', trainingSet('roles')));
  it('as of ticks of an interval', () =>
    expectGolden('snapshot-every', trainingSet('activity', { accuracy: 'snapshot' })));
  it('of a push source', () => expectGolden('push', trainingSet('last_watch')));
  it('in steps, with statistics', () => {
    const plan = buildTrainingSetPlan(goldenContext, { views: goldenFeatures('profile'), spine: goldenSpine });
    expectGolden('steps', [plan.joined, plan.output('joined'), plan.statistics('joined').sql].join('\n;\n'));
  });
});

describe('the SQL of the newest values', () => {
  it('of plain columns', () =>
    expectGolden('newest-rows', buildNewestRowsQuery(goldenContext, goldenView('profile'), { asOf: AS_OF }).sql));
  it('of plain columns in some files, a part of the entities', () => {
    const options = { asOf: AS_OF, files: ['/data/profiles/2.parquet'], hashPartition: { count: 4, index: 3 } };
    expectGolden('newest-rows-part', buildNewestRowsQuery(goldenContext, goldenView('profile'), options).sql);
  });
  it('of windows', () =>
    expectGolden(
      'windows-as-of',
      buildWindowsAsOfQuery(goldenContext, goldenView('late_ratings'), { asOf: AS_OF }).sql,
    ));
  it('of windows of every kind', () =>
    expectGolden(
      'windows-mixed-as-of',
      buildWindowsAsOfQuery(goldenContext, goldenView('late_habits'), { asOf: AS_OF }).sql,
    ));
  it('of a range of event times', () => {
    const range = { from: AS_OF, to: parseInstant('2024-06-02T00:00:00Z') };
    expectGolden('view-rows', buildViewRowsQuery(goldenContext, goldenFeatures('profile'), range).sql);
  });
  it('of ignored rows', () =>
    expectGolden('ignored-rows', buildIgnoredRowsQuery(goldenContext, goldenView('profile'))));
});
