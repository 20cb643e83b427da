import { buildSnapshot } from './build-snapshot.js';
import { requiredJoinKeys, resolveFeatures } from './resolve-features.js';
import { activity, item, problemsOf, small, taste, user } from './small-project.fixture.js';
import type { Definitions, EntitySpec, FeatureViewDefinition } from './snapshot.js';

const person: EntitySpec = { name: 'person', joinKeys: [{ name: 'user_id', type: 'int64' }] };
const pair: FeatureViewDefinition = { ...taste, name: 'pair', entities: ['user', 'item'] };
const people: FeatureViewDefinition = { ...activity, name: 'people', entities: ['person'] };
const owned: FeatureViewDefinition = {
  ...taste,
  name: 'owned',
  entities: ['item'],
  features: [{ name: 'user_id', type: 'string', compute: { kind: 'column', column: 'user_id' } }],
};
const definitions: Definitions = {
  ...small,
  entities: [item, person, user],
  featureViews: [activity, owned, pair, people, taste],
  featureServices: [
    {
      name: 'roles',
      views: [
        { view: 'pair', alias: 'mine', joinKeys: { user_id: 'owner_id' }, features: ['score'] },
        { view: 'pair', alias: 'theirs', joinKeys: { user_id: 'friend_id' }, features: ['score', 'genre'] },
      ],
    },
  ],
};
const { snapshot } = buildSnapshot(definitions, undefined);
const resolve = (...features: readonly string[]) => resolveFeatures(snapshot, { features });

describe('resolveFeatures', () => {
  it('keeps request order and groups neighbours of one view', () => {
    const resolved = resolve('taste:score', 'taste:genre', 'activity:watches');
    expect(
      resolved.map(({ alias, features }) => [alias, features.map(({ index, outputName }) => [index, outputName])]),
    ).toEqual([
      [
        'taste',
        [
          [1, 'score'],
          [0, 'genre'],
        ],
      ],
      ['activity', [[0, 'watches']]],
    ]);
    expect(resolve('taste:score', 'activity:watches', 'taste:genre').map(({ alias }) => alias)).toEqual([
      'taste',
      'activity',
      'taste',
    ]);
  });

  it('gives a service its roles, their join keys and full names', () => {
    const resolved = resolveFeatures(snapshot, { featureService: 'roles' }, { fullFeatureNames: true });
    expect(resolved.flatMap(({ features }) => features.map(({ outputName }) => outputName))).toEqual([
      'mine__score',
      'theirs__score',
      'theirs__genre',
    ]);
    expect(resolved[0]?.joinKeys).toEqual([
      { name: 'item_id', type: 'int64', requestName: 'item_id' },
      { name: 'user_id', type: 'string', requestName: 'owner_id' },
    ]);
    expect(requiredJoinKeys(resolved)).toEqual([
      { name: 'item_id', type: 'int64' },
      { name: 'owner_id', type: 'string' },
      { name: 'friend_id', type: 'string' },
    ]);
  });

  it('names both owners of a short name', () => {
    expect(problemsOf(() => resolveFeatures(snapshot, { featureService: 'roles' }))).toEqual([
      'features: mine:score and theirs:score have the same short name score; ask for full feature names',
    ]);
  });

  it('refuses a short name that is a join key of the request', () => {
    const both = { features: ['taste:score', 'owned:user_id'] };
    expect(problemsOf(() => resolveFeatures(snapshot, both))).toEqual([
      'features: the join key user_id and owned:user_id have the same short name user_id; ask for full feature names',
    ]);
    expect(resolveFeatures(snapshot, both, { fullFeatureNames: true })).toHaveLength(2);
    expect(resolve('owned:user_id')).toHaveLength(1);
  });

  it('refuses one join key with two types', () => {
    expect(problemsOf(() => resolve('taste:score', 'people:watches'))).toEqual([
      'features: join key user_id is string in taste and int64 in people; use an alias that gives one of them another name',
    ]);
  });

  it('reports every malformed, unknown and repeated reference at once, each with its place', () => {
    const wrong = [
      'taste',
      'tast:genre',
      'taste:gnre',
      'taste:genre',
      'taste:genre',
      'nope:x',
      ':',
      'taste:constructor',
    ];
    expect(problemsOf(() => resolve(...wrong))).toEqual([
      'features[0]: not a feature reference: "taste"; expected view:feature',
      'features[6]: not a feature reference: ":"; expected view:feature',
      'features[1]: unknown feature view tast; did you mean taste?',
      'features[2]: unknown feature taste:gnre; did you mean taste:genre?',
      'features[5]: unknown feature view nope',
      'features[7]: unknown feature taste:constructor',
      'features: taste:genre is asked for twice',
    ]);
  });

  it('refuses an empty list', () => {
    expect(problemsOf(() => resolve())).toEqual(['features: expected at least one view:feature']);
  });

  it('stops suggesting after many wrong names', () => {
    const problems = problemsOf(() => resolve(...Array.from({ length: 30 }, () => 'taste:gnre')));
    expect(problems).toHaveLength(30);
    expect(problems.filter((problem) => problem.includes('did you mean'))).toHaveLength(20);
  });

  it('answers NOT_FOUND for an unknown service, with the nearest name', () => {
    const unknown = expect.objectContaining({
      code: 'NOT_FOUND',
      message: 'unknown feature service role; did you mean roles?',
      details: { known: ['roles'] },
    });
    expect(() => resolveFeatures(snapshot, { featureService: 'role' })).toThrow(unknown);
    expect(() => resolveFeatures(snapshot, { featureService: 'constructor' })).toThrow(/unknown feature service/);
  });
});
