import fc from 'fast-check';
import { isLarderError } from './larder-error.js';
import type {
  Definitions,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  ParquetSourceSpec,
  SqlSourceSpec,
} from './snapshot.js';

/** Small sound documents, to be varied by tests. */

export const user: EntitySpec = { name: 'user', joinKeys: [{ name: 'user_id', type: 'string' }] };
export const item: EntitySpec = { name: 'item', joinKeys: [{ name: 'item_id', type: 'int64' }] };

export const events: ParquetSourceSpec = { kind: 'parquet', name: 'events', path: 'data/*.parquet', eventTime: 'at' };

export const derived: SqlSourceSpec = {
  kind: 'sql',
  name: 'derived',
  query: 'SELECT * FROM {events}',
  reads: ['events'],
  eventTime: 'at',
};

export const genre: FeatureSpec = { name: 'genre', type: 'string', compute: { kind: 'column', column: 'genre' } };
export const score: FeatureSpec = { name: 'score', type: 'float64', compute: { kind: 'column', column: 'score' } };

export const watches: FeatureSpec = {
  name: 'watches',
  type: 'int64',
  compute: { kind: 'aggregate', function: 'count', windowSeconds: 3600 },
};

export const taste: FeatureViewDefinition = {
  name: 'taste',
  entities: ['user'],
  source: 'events',
  computation: 'columns',
  features: [genre, score],
  cadence: { kind: 'every', seconds: 3600 },
  accuracy: 'temporal',
  delaySeconds: 0,
  online: true,
  onStale: 'flag',
};

export const activity: FeatureViewDefinition = {
  ...taste,
  name: 'activity',
  computation: 'windows',
  features: [watches],
};

export const service: FeatureServiceSpec = {
  name: 'recommender',
  views: [{ view: 'taste', alias: 'taste', joinKeys: {}, features: ['genre'] }],
};

export const small: Definitions = {
  formatVersion: 1,
  project: 'small',
  entities: [item, user],
  sources: [derived, events],
  featureViews: [activity, taste],
  featureServices: [service],
};

/** The problems of what `run` refuses, each as `path: message`; fails when it refuses nothing. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!isLarderError(error) || error.code !== 'INVALID_ARGUMENT') throw error;
    return (error.details.problems ?? []).map(({ path, message }) => `${path}: ${message}`);
  }
  throw new Error('expected problems, found none');
}

const featureNames = ['genre', 'score', 'mood', 'price'];
const viewNames = ['taste', 'activity', 'orders', 'clicks'];

const features: fc.Arbitrary<FeatureSpec[]> = fc
  .subarray(featureNames, { minLength: 1 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.constantFrom<FeatureSpec>(
          { name, type: 'string', compute: { kind: 'column', column: name } },
          { name, type: 'int64', default: 3, compute: { kind: 'column', column: 'other' } },
        ),
      ),
    ),
  );

function view(name: string): fc.Arbitrary<FeatureViewDefinition> {
  return fc
    .record({
      features,
      source: fc.constantFrom('events', 'derived'),
      entities: fc.constantFrom(['user'], ['item'], ['user', 'item']),
      online: fc.boolean(),
      ttlSeconds: fc.constantFrom(60, 3600),
      onStale: fc.constantFrom('flag' as const, 'null' as const),
    })
    .map((fields) => ({ ...taste, ...fields, name }));
}

const sources = fc.record({ path: fc.constantFrom('a/*.parquet', 'b/*.parquet'), owner: fc.constantFrom('x', 'y') });

/** Sound documents of one project over the same few names, so that a sequence of them adds, changes, retires and revives. */
export const definitionsArbitrary: fc.Arbitrary<Definitions> = fc
  .tuple(fc.subarray(viewNames), sources)
  .chain(([names, { path, owner }]) =>
    fc.tuple(...names.map(view)).map((featureViews): Definitions => ({
      ...small,
      sources: [derived, { ...events, path, owner }],
      featureViews: [...featureViews].sort((a, b) => (a.name < b.name ? -1 : 1)),
      featureServices: featureViews.slice(0, 1).map(({ name, features: [first] }) => ({
        name: 'recommender',
        views: [{ view: name, alias: name, joinKeys: {}, features: [first?.name ?? ''] }],
      })),
    })),
  );
