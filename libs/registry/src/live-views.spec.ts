import { buildSnapshot } from './build-snapshot.js';
import { resolveFeatures } from './resolve-features.js';
import { genre, problemsOf, score, small, taste, user } from './small-project.fixture.js';
import type { Definitions, FeatureSpec, Snapshot } from './snapshot.js';

const mood: FeatureSpec = { ...genre, name: 'mood' };
const service = (...features: readonly string[]) => ({
  name: 'recommender',
  views: [{ view: 'taste', alias: 'taste', joinKeys: {}, features }],
});
const before: Definitions = { ...small, featureServices: [service('genre', 'score')] };
const after: Definitions = {
  ...small,
  entities: small.entities.map((each) =>
    each.name === 'user' ? { ...user, joinKeys: [{ name: 'person_id', type: 'int64' }] } : each,
  ),
  featureViews: small.featureViews.map((each) =>
    each.name === 'taste' ? { ...taste, features: [mood, { ...score, type: 'int64' }] } : each,
  ),
  featureServices: [service('mood', 'score'), { ...service('mood'), name: 'newcomer' }],
};
const first = buildSnapshot(before, undefined).snapshot;
const second = buildSnapshot(after, first).snapshot;

function read(snapshot: Snapshot, selection: Parameters<typeof resolveFeatures>[1], live?: number) {
  return resolveFeatures(snapshot, selection, { live: () => live }).map(({ view, joinKeys, features }) => [
    view.version,
    joinKeys.map((each) => each.requestName),
    features.map(({ spec, outputName }) => `${outputName}: ${spec.type}`),
  ]);
}

describe('reading while a former version of a view is live', () => {
  it('gives a service what it asked of that version, its keys and types included', () => {
    const old = [[1, ['user_id'], ['genre: string', 'score: float64']]];
    expect(read(first, { featureService: 'recommender' })).toEqual(old);
    expect(read(second, { featureService: 'recommender' }, 1)).toEqual(old);
  });

  it('gives the newest once that is live, or when nothing is known of what is', () => {
    const next = [[2, ['person_id'], ['mood: string', 'score: int64']]];
    expect(read(second, { featureService: 'recommender' }, 2)).toEqual(next);
    expect(read(second, { featureService: 'recommender' })).toEqual(next);
    expect(read(second, { featureService: 'recommender' }, 17)).toEqual(next);
  });

  it('answers references from the live version where it has all of them, else from the newest', () => {
    expect(read(second, { features: ['taste:score'] }, 1)).toEqual([[1, ['user_id'], ['score: float64']]]);
    expect(read(second, { features: ['taste:genre'] }, 1)).toEqual([[1, ['user_id'], ['genre: string']]]);
    expect(read(second, { features: ['taste:mood', 'taste:score'] }, 1)).toEqual([
      [2, ['person_id'], ['mood: string', 'score: int64']],
    ]);
    expect(read(second, { featureService: 'newcomer' }, 1)).toEqual([[2, ['person_id'], ['mood: string']]]);
  });

  it('refuses what no version has', () => {
    expect(problemsOf(() => read(second, { features: ['taste:nothing'] }, 1))).toEqual([
      'features[0]: unknown feature taste:nothing',
    ]);
    expect(problemsOf(() => read(second, { features: ['taste:genre'] }, 2))[0]).toContain(
      'unknown feature taste:genre',
    );
  });
});
