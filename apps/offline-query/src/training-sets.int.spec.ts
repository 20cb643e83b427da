import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '@larder/registry';
import {
  compileDefinitions,
  count,
  entity,
  every,
  featureService,
  featureView,
  float64,
  int64,
  parquet,
  string,
} from '@larder/registry';
import { waitFor } from '@larder/testing';
import type { Answer, ServiceFixture } from './testing/service-fixture.js';
import { openServiceFixture } from './testing/service-fixture.js';

const user = entity('user', { joinKeys: { user_id: int64() } });
const profile = featureView('profile', {
  entities: [user],
  source: parquet('profiles.parquet', { eventTime: 'event_timestamp', createdTime: 'created' }),
  features: { segment: string({ default: 'none' }), score: float64(), points: int64() },
  cadence: every('1h'),
});
const activity = featureView('activity', {
  entities: [user],
  source: parquet('events.parquet', { eventTime: 'event_timestamp' }),
  features: { events_1h: count({ window: '1h' }) },
  cadence: every('1h'),
});
const scoring = featureService('scoring', [profile, activity]);

function snapshot(): Snapshot {
  const definitions = compileDefinitions({ project: 'shop', objects: [scoring] });
  return {
    ...definitions,
    version: 3,
    featureViews: definitions.featureViews.map((view, index) => ({ ...view, id: index + 1, version: 1 })),
  };
}

let fixture: ServiceFixture;
beforeAll(async () => {
  fixture = await openServiceFixture(snapshot);
  const { store, directory } = fixture;
  await store.writeParquet(
    `SELECT * FROM (VALUES (1::BIGINT, 'gold', 0.5::DOUBLE, 9007199254740993::BIGINT, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01'), (2, NULL, 'nan', NULL, '2024-01-01', '2024-01-01'), (3, 'late', 1, 1, '2024-01-01', '2024-03-01'))
     AS t(user_id, segment, score, points, event_timestamp, created)`,
    join(directory, 'profiles.parquet'),
  );
  await store.writeParquet(
    "SELECT 1::BIGINT AS user_id, TIMESTAMP '2024-02-01 00:30:00' AS event_timestamp",
    join(directory, 'events.parquet'),
  );
});
afterAll(() => fixture.close());

const SPINE = [1, 2, 3].map((user_id) => ({ user_id, event_timestamp: '2024-02-01T01:00:00Z', label: user_id % 2 }));

function post(body: unknown): Promise<Answer> {
  return fixture.call('POST', '/v1/training-sets', body);
}

async function finished(id: unknown): Promise<Answer> {
  return waitFor(() => fixture.call('GET', `/v1/training-sets/${String(id)}`), {
    until: ({ body }) => body['status'] !== 'queued' && body['status'] !== 'running',
  });
}

describe('POST /v1/training-sets with format json', () => {
  it('answers rows, columns, statistics and how each view was read', async () => {
    const { status, text, body } = await post({ spine: SPINE, featureService: 'scoring', format: 'json' });
    expect(status).toBe(200);
    expect(text).toContain('"points":9007199254740993,');
    expect(body).toMatchObject({
      snapshotVersion: 3,
      views: [
        { alias: 'profile', view: 'profile', viewVersion: 1, accuracy: 'temporal' },
        { alias: 'activity', accuracy: 'temporal' },
      ],
      columns: [
        { name: 'user_id', type: 'int64' },
        { name: 'event_timestamp', type: 'timestamp' },
        { name: 'label', type: 'int64' },
        { name: 'segment', type: 'string' },
        { name: 'score', type: 'float64' },
        { name: 'points', type: 'int64' },
        { name: 'events_1h', type: 'int64' },
      ],
      rows: [
        { user_id: 1, event_timestamp: '2024-02-01T01:00:00Z', label: 1, segment: 'gold', score: 0.5, events_1h: 1 },
        { user_id: 2, label: 0, segment: 'none', score: 'NaN', points: null, events_1h: null },
        { user_id: 3, label: 1, segment: 'none', score: null, points: null, events_1h: null },
      ],
    });
    expect((body['statistics'] as readonly unknown[])[0]).toEqual({
      feature: 'segment',
      present: 1,
      nulls: 1,
      noRow: 1,
      expired: 0,
      deleted: 0,
      notKnownYet: 1,
    });
    expect(body['warnings']).toContainEqual(
      expect.stringMatching(
        /^segment: for 1 of 3 rows \(33 %\) a newer value had happened but was created later\. .*trustedHistoryBefore/,
      ),
    );
  });

  it('honours names, features, knowledge time and another timestamp column', async () => {
    const spine = SPINE.map(({ user_id, event_timestamp }) => ({ user_id, at: event_timestamp }));
    const { body } = await post({
      project: 'shop',
      spine,
      features: ['activity:events_1h', 'profile:segment'],
      fullFeatureNames: true,
      knowledgeTime: false,
      timestampColumn: 'at',
      format: 'json',
    });
    expect(body['rows']).toEqual([
      { user_id: 1, at: '2024-02-01T01:00:00Z', activity__events_1h: 1, profile__segment: 'gold' },
      { user_id: 2, at: '2024-02-01T01:00:00Z', activity__events_1h: null, profile__segment: 'none' },
      { user_id: 3, at: '2024-02-01T01:00:00Z', activity__events_1h: null, profile__segment: 'late' },
    ]);
  });

  it('gives all rows of one view in a time range, where there is no spine', async () => {
    const timeRange = { from: '2024-01-01', to: '2024-01-02' };
    const { body } = await post({ timeRange, features: ['profile:score', 'profile:segment'], format: 'json' });
    expect(body['columns']).toEqual([
      { name: 'user_id', type: 'int64' },
      { name: 'event_timestamp', type: 'timestamp' },
      { name: 'score', type: 'float64' },
      { name: 'segment', type: 'string' },
    ]);
    const event_timestamp = '2024-01-01T00:00:00Z';
    expect(body['rows']).toEqual([
      { user_id: 1, event_timestamp, score: 0.5, segment: 'gold' },
      { user_id: 2, event_timestamp, score: 'NaN', segment: 'none' },
      { user_id: 3, event_timestamp, score: 1, segment: 'late' },
    ]);
    const none = await post({
      timeRange: { from: '2024-01-02', to: '2024-03-02' },
      features: ['profile:score'],
      format: 'json',
    });
    expect(none.body['rows']).toEqual([]);
    const job = await finished((await post({ timeRange, features: ['profile:score'] })).body['id']);
    expect(job.body).toMatchObject({ status: 'done', rows: 3, statistics: [] });
    const refused = await Promise.all([
      post({ timeRange, featureService: 'scoring', format: 'json' }),
      post({ timeRange, features: ['activity:events_1h'], format: 'json' }),
    ]);
    expect(
      refused.map(({ status, text }) => [
        status,
        /a time range gives the rows of one view, not of profile, activity|activity has windows/.test(text),
      ]),
    ).toEqual([
      [400, true],
      [400, true],
    ]);
  });

  it('keeps the digits of a key that is a number in the request', async () => {
    const { text } = await post(
      `{"spine": [{"user_id": 9223372036854775807, "event_timestamp": "2024-02-01"}], "features": ["profile:segment"], "format": "json"}`,
    );
    expect(text).toContain('"user_id":9223372036854775807,');
  });
});

describe('POST /v1/training-sets', () => {
  it('makes a job with rows, schema, statistics and a file to fetch', async () => {
    const started = await fetch(`${fixture.url}/v1/training-sets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ spine: SPINE, featureService: 'scoring' }),
    });
    const { id } = (await started.json()) as { readonly id: string };
    expect([started.status, started.headers.get('location')]).toEqual([202, `/v1/training-sets/${id}`]);
    const { body } = await finished(id);
    expect(body).toMatchObject({
      status: 'done',
      project: 'shop',
      snapshotVersion: 3,
      knowledgeTime: true,
      rows: 3,
      createdAt: '2024-06-01T00:00:00Z',
      finishedAt: '2024-06-01T00:00:00Z',
    });
    expect((body['columns'] as readonly unknown[]).at(-1)).toEqual({ name: 'events_1h', type: 'BIGINT' });
    const { body: page } = await fixture.call('GET', `/v1/training-sets/${id}/rows?offset=1&limit=1`);
    expect(page['rows']).toEqual([
      {
        user_id: 2,
        event_timestamp: '2024-02-01T01:00:00Z',
        label: 0,
        segment: 'none',
        score: 'NaN',
        points: null,
        events_1h: null,
      },
    ]);
    const file = await fetch(`${fixture.url}/v1/training-sets/${id}/file`);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect([file.headers.get('content-type'), bytes.subarray(0, 4).toString(), bytes.length]).toEqual([
      'application/vnd.apache.parquet',
      'PAR1',
      (await stat(String(body['location']))).size,
    ]);
    await expect(fixture.restarted().find(id)).resolves.toEqual(body);
  });

  it('reads spines from files', async () => {
    await writeFile(join(fixture.directory, 'spine.csv'), 'user_id,event_timestamp\n1,2024-02-01 01:00:00\n');
    await fixture.store.writeParquet(
      "SELECT 1 AS user_id, TIMESTAMP '2024-02-01 01:00:00' AS event_timestamp",
      join(fixture.directory, 'spine.parquet'),
    );
    for (const spine of [{ path: 'spine.csv' }, { path: 'spine.parquet' }, { path: 'spine.csv', format: 'csv' }]) {
      const { body } = await finished((await post({ spine, features: ['profile:points'] })).body['id']);
      const { text } = await fixture.call('GET', `/v1/training-sets/${String(body['id'])}/rows`);
      expect(text).toContain('"points":9007199254740993');
    }
  });

  it('fails a job that cannot be done and says why', async () => {
    const { status, body } = await post({ spine: { path: 'absent.parquet' }, features: ['profile:points'] });
    expect(status).toBe(202);
    expect((await finished(body['id'])).body).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_ARGUMENT', message: expect.stringContaining('No files found') },
    });
    const rows = await fixture.call('GET', `/v1/training-sets/${String(body['id'])}/rows`);
    expect([rows.status, rows.body['error']]).toEqual([412, expect.objectContaining({ code: 'FAILED_PRECONDITION' })]);
  });

  it('reaches no file outside the allowed directories', async () => {
    const { body } = await post({ spine: { path: '/etc/hosts', format: 'csv' }, features: ['profile:points'] });
    expect((await finished(body['id'])).body).toMatchObject({ status: 'failed', error: { code: 'PERMISSION_DENIED' } });
  });

  it('cancels queued and running jobs, and forgets ended ones with their files', async () => {
    await fixture.store.writeParquet(
      "SELECT (range % 3) AS user_id, TIMESTAMP '2024-02-01' + to_seconds(range % 100000) AS event_timestamp FROM range(3000000)",
      join(fixture.directory, 'large.parquet'),
    );
    const [first, second] = await Promise.all([
      post({ spine: { path: 'large.parquet' }, featureService: 'scoring' }),
      post({ spine: { path: 'large.parquet' }, featureService: 'scoring' }),
    ]);
    await waitFor(
      async () =>
        (await fixture.call('GET', `/v1/training-sets/${String(first.body['id'])}`)).body['status'] === 'running',
    );
    const cancelled = await Promise.all(
      [second, first].map(({ body }) => fixture.call('DELETE', `/v1/training-sets/${String(body['id'])}`)),
    );
    expect(cancelled.map(({ status, body }) => [status, body['status']])).toEqual([
      [200, 'cancelled'],
      [200, 'cancelled'],
    ]);
    expect(await readdir(join(fixture.directory, 'out', String(first.body['id'])))).toEqual(['job.json']);
    await fixture.call('DELETE', `/v1/training-sets/${String(first.body['id'])}`);
    expect((await fixture.call('GET', `/v1/training-sets/${String(first.body['id'])}`)).status).toBe(404);
  });
});

describe('a bad request', () => {
  it.each<[string, unknown, string[]]>([
    ['no features', { spine: SPINE }, ['features: expected either features or featureService']],
    [
      'both kinds of features and an unknown field',
      { spine: SPINE, features: ['a:b'], featureService: 'x', extra: 1 },
      ['extra: is no known field', 'features: expected either features or featureService'],
    ],
    [
      'a spine that is no spine',
      { spine: 7, features: ['a:b'], accuracy: 'exact' },
      [
        'spine: expected a list of rows, or {"path": "…"} of a Parquet or CSV file',
        'accuracy: expected one of "temporal"|"snapshot"',
      ],
    ],
    ['neither spine nor time range', { features: ['a:b'] }, ['spine: expected either spine or timeRange']],
    [
      'a time range that is none',
      { timeRange: { from: 'then', to: '2024-01-01' }, features: ['a:b'] },
      ['timeRange.from: not a time: "then"; expected ISO 8601 such as 2026-05-07T22:00:00Z'],
    ],
    [
      'a file of unknown kind',
      { spine: { path: 'spine.txt' }, features: ['a:b'] },
      ['spine.format: expected parquet or csv, as the path does not end in .parquet or .csv'],
    ],
    [
      'unknown features',
      { spine: SPINE, features: ['profile:scor', 'activty:events_1h', 'x'] },
      [
        'features[2]: not a feature reference: "x"; expected view:feature',
        'features[0]: unknown feature profile:scor; did you mean profile:score?',
        'features[1]: unknown feature view activty; did you mean activity?',
      ],
    ],
    [
      'a spine without keys and times',
      { spine: [{ label: 1 }], features: ['profile:score'] },
      ['spine.event_timestamp: is missing; the spine has label', 'spine.user_id: is missing; the spine has label'],
    ],
    [
      'keys and times of wrong types',
      { spine: [{ user_id: 'a', event_timestamp: 5 }], features: ['profile:score'] },
      ['spine[0].user_id: "a" is no int64', 'spine[0].event_timestamp: 5 is no ISO 8601 time'],
    ],
  ])('with %s is refused with every problem', async (_, body, problems) => {
    for (const format of ['json', 'parquet']) {
      const answer = await post({ ...(body as object), format });
      const error = answer.body['error'] as {
        readonly code: string;
        readonly details: { readonly problems: readonly { readonly path: string; readonly message: string }[] };
      };
      expect([answer.status, error.code]).toEqual([400, 'INVALID_ARGUMENT']);
      expect(error.details.problems.map((each) => `${each.path}: ${each.message}`)).toEqual(problems);
    }
  });

  it('for something unknown is NOT_FOUND', async () => {
    const answers = await Promise.all([
      post({ spine: SPINE, featureService: 'scorin' }),
      post({ project: 'other', spine: SPINE, featureService: 'scoring' }),
      fixture.call('GET', '/v1/training-sets/00000000-0000-0000-0000-000000000000'),
      fixture.call('DELETE', '/v1/training-sets/..%2F..%2Fetc'),
    ]);
    expect(answers.map(({ status, body }) => [status, (body['error'] as { message: string }).message])).toEqual([
      [404, 'unknown feature service scorin; did you mean scoring?'],
      [404, 'unknown project other'],
      [404, 'no training set 00000000-0000-0000-0000-000000000000'],
      [404, 'no training set ../../etc'],
    ]);
  });

  it('for too many rows at once points to the file', async () => {
    const spine = Array.from({ length: 10_001 }, () => SPINE[0]);
    const { status, body } = await post({ spine, features: ['profile:score'], format: 'json' });
    expect([status, (body['error'] as { message: string }).message]).toEqual([
      429,
      'the training set has 10001 rows; at most 10000 are answered as json. Ask for the format parquet',
    ]);
  });
});
