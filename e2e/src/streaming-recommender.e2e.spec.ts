import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NOW, run } from '@larder/example-streaming-recommender';
import type { Served } from '@larder/example-streaming-recommender';
import { fixedClock } from '@larder/service-runtime';
import { parseInstant } from '@larder/registry';
import { preparePython, readInPython } from './python-client.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

const directory = join(fileURLToPath(new URL('../..', import.meta.url)), 'examples/streaming-recommender');

const pythonState = await preparePython();

describe.each([
  ['on Redis', {}],
  ['on the in-process store and queue', { inProcess: true }],
])('the streaming recommender, from definition to served value, %s', (_where, options) => {
  let stack: TestStack;
  let served: Served;

  beforeAll(async () => {
    stack = await openTestStack('streaming-recommender', fixedClock(parseInstant(NOW)), options);
    const { terminal, projectDirectory } = stack;
    served = await run({ stack, terminal, directory, workDirectory: projectDirectory });
  }, 120_000);
  afterAll(async () => {
    await stack?.close();
  });

  it('lists the three features with entity, type, source and cadence', () => {
    expect(
      served.registered.map(({ feature, entity, type, source, cadence }) => [feature, entity, type, source, cadence]),
    ).toEqual([
      ['last_watched:last_genre', 'user_id', 'string', 'watch_stream', 'per event'],
      ['user_profile:user_segment', 'user_id', 'string', 'user_segments', 'every 1d'],
      ['watch_activity:watch_count_30d', 'user_id', 'int64', 'watch_events', 'every 1h'],
    ]);
  });

  it('joins the training set at each row’s own instant', () => {
    expect(
      served.trainingSet.map((row) => [
        row['user_id'],
        row['user_segment'],
        Number(row['watch_count_30d']),
        row['last_genre'],
      ]),
    ).toEqual([
      ['8a2f', 'casual', 22, null],
      ['b13c', 'casual', 5, 'thriller'],
      ['8a2f', 'power_user', 47, 'documentary'],
    ]);
  });

  it('serves the newest values, and NOT_FOUND for an unknown user', () => {
    expect(served.online['8a2f']?.features).toEqual({
      user_segment: 'power_user',
      watch_count_30d: 47n,
      last_genre: 'documentary',
    });
    expect(served.online['b13c']?.features).toEqual({
      user_segment: 'casual',
      watch_count_30d: 5n,
      last_genre: 'thriller',
    });
    expect(served.online['nobody']?.statuses).toEqual({
      user_segment: 'NOT_FOUND',
      watch_count_30d: 'NOT_FOUND',
      last_genre: 'NOT_FOUND',
    });
  });

  it('answers the same over JSON', () => {
    expect(served.json).toMatchObject({
      status: 200,
      body: {
        user_id: '8a2f',
        features: { user_segment: 'power_user', watch_count_30d: 47, last_genre: 'documentary' },
      },
    });
  });

  it('writes the prompt with the segment, the count, the genre and the task', () => {
    expect(served.prompt).toBe(
      [
        'You recommend titles on a streaming service.',
        "The user's segment: power_user.",
        'Titles watched in the last 30 days: 47.',
        'Genre of the title watched last: documentary.',
        'Recommend three titles in a short, friendly message.',
      ].join('\n'),
    );
  });

  (pythonState.ready ? it : it.skip)(
    `answers a Python client that was generated from proto/ alone${pythonState.ready ? '' : ` (skipped: ${pythonState.reason})`}`,
    async () => {
      const [known, unknown] = await readInPython(stack.grpcAddress, 'recommender', 'user_id', ['8a2f', 'nobody']);
      expect(known).toEqual({
        user_segment: {
          value: 'power_user',
          status: 'STATUS_PRESENT',
          event_time_micros: Number(parseInstant('2026-05-07T00:00:00Z')),
        },
        watch_count_30d: {
          value: 47,
          status: 'STATUS_PRESENT',
          event_time_micros: Number(parseInstant('2026-05-07T21:40:00Z')),
        },
        last_genre: {
          value: 'documentary',
          status: 'STATUS_PRESENT',
          event_time_micros: Number(parseInstant('2026-05-07T21:40:00Z')),
        },
      });
      expect(Object.values(unknown ?? {}).map(({ value, status }) => [value, status])).toEqual([
        [null, 'STATUS_NOT_FOUND'],
        [null, 'STATUS_NOT_FOUND'],
        [null, 'STATUS_NOT_FOUND'],
      ]);
    },
  );
});
