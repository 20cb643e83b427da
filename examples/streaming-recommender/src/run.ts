import type { ExampleContext, ListedFeature } from '@larder/cli';
import { say, tableText, withProgress } from '@larder/cli';
import { LarderClient } from '@larder/client';
import type { OnlineFeatures } from '@larder/client';
import { recommender } from '../features.js';
import { makeData } from './make-data.js';
import { recommendationPrompt } from './prompt.js';
import type { UserContext } from './prompt.js';

const SPINE = [
  { user_id: '8a2f', event_timestamp: '2026-05-05T12:00:00Z' },
  { user_id: 'b13c', event_timestamp: '2026-05-07T20:00:00Z' },
  { user_id: '8a2f', event_timestamp: '2026-05-07T22:00:00Z' },
];

const USERS = ['8a2f', 'b13c', 'nobody'];

/** Everything that the example served. */
export interface Served {
  readonly registered: readonly ListedFeature[];
  readonly trainingSet: readonly Readonly<Record<string, unknown>>[];
  /** By user. */
  readonly online: Readonly<Record<string, OnlineFeatures<UserContext>>>;
  readonly json: { readonly status: number; readonly body: unknown };
  readonly prompt: string;
}

/** The example from definition to served value; returns everything that was served. */
export async function run({ stack, terminal, directory, workDirectory }: ExampleContext): Promise<Served> {
  await withProgress(
    terminal,
    'make three small Parquet histories',
    () => makeData(workDirectory),
    ({ rows }) => `${rows} rows`,
  );
  const features = await withProgress(
    terminal,
    'register the definitions of features.ts',
    () => stack.apply(directory),
    (listed) => `${listed.length} features`,
  );
  say(
    terminal,
    tableText(
      terminal,
      ['FEATURE', 'ENTITY', 'TYPE', 'SOURCE', 'CADENCE'],
      features.map((each) => [each.feature, each.entity, each.type, each.source, each.cadence]),
    ),
  );

  const trainingSet = await withProgress(
    terminal,
    'training set, point in time',
    () => stack.trainingSet({ spine: SPINE, featureService: recommender.name }),
    (rows) => `${rows.length} rows`,
  );
  say(
    terminal,
    tableText(
      terminal,
      ['USER', 'AS OF', 'SEGMENT', 'COUNT 30D', 'LAST GENRE'],
      trainingSet.map((row) =>
        ['user_id', 'event_timestamp', 'user_segment', 'watch_count_30d', 'last_genre'].map((name) =>
          String(row[name]),
        ),
      ),
    ),
  );

  await stack.materialize({ featureService: recommender.name });
  const client = new LarderClient({ address: stack.grpcAddress });
  try {
    const online = await withProgress(
      terminal,
      'read over gRPC',
      () =>
        client.getOnlineFeaturesBatch(
          recommender,
          USERS.map((user_id) => ({ user_id })),
        ),
      (rows) => `${rows.length} users in one call`,
    );
    say(
      terminal,
      tableText(
        terminal,
        ['USER', 'SEGMENT', 'COUNT 30D', 'LAST GENRE', 'STATUS'],
        online.map(({ features: { user_segment, watch_count_30d, last_genre }, statuses }, index) => [
          USERS[index] ?? '',
          String(user_segment),
          String(watch_count_30d),
          String(last_genre),
          [...new Set(Object.values(statuses))].join(', '),
        ]),
      ),
    );
    const json = await withProgress(terminal, 'the same over JSON', () => readJson(stack.servingUrl));
    const [first] = online;
    const prompt = recommendationPrompt(
      first?.features ?? { user_segment: null, watch_count_30d: null, last_genre: null },
    );
    say(terminal, `\nPrompt for 8a2f:\n${prompt.replace(/^/gm, '  ')}\n`);
    return {
      registered: features,
      trainingSet,
      online: Object.fromEntries(online.map((row, index) => [USERS[index] ?? '', row])),
      json,
      prompt,
    };
  } finally {
    client.close();
  }
}

async function readJson(servingUrl: string): Promise<Served['json']> {
  const response = await fetch(`${servingUrl}/get-online-features`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: '8a2f', feature_service: recommender.name }),
  });
  return { status: response.status, body: await response.json() };
}
