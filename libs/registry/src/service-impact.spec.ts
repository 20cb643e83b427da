import { serviceImpacts } from './service-impact.js';
import { events, genre, score, service, small, taste, user } from './small-project.fixture.js';
import type { Definitions, FeatureViewDefinition } from './snapshot.js';

const before: Definitions = {
  ...small,
  featureServices: [
    {
      ...service,
      views: [{ view: 'taste', alias: 'fan', joinKeys: { user_id: 'fan_id' }, features: ['genre', 'score'] }],
    },
  ],
};
const withTaste = (change: Partial<FeatureViewDefinition>, rest: Partial<Definitions> = {}): Definitions => ({
  ...before,
  featureViews: before.featureViews.map((each) => (each.name === 'taste' ? { ...taste, ...change } : each)),
  ...rest,
});
const asked = (...features: readonly string[]): Partial<Definitions> => ({
  featureServices: [
    { ...service, views: [{ view: 'taste', alias: 'fan', joinKeys: { user_id: 'fan_id' }, features }] },
  ],
});

describe('serviceImpacts', () => {
  it('is silent when readers notice nothing', () => {
    expect(serviceImpacts(undefined, before)).toEqual([]);
    expect(serviceImpacts(before, before)).toEqual([]);
    expect(serviceImpacts(before, withTaste({ owner: 'someone', description: 'else', ttlSeconds: 5 }))).toEqual([]);
  });

  it('calls breaking what readers lose or get as another type', () => {
    const after = withTaste({ features: [{ ...score, type: 'int64' }] }, asked('score'));
    expect(serviceImpacts(before, after)).toEqual([
      {
        service: 'recommender',
        breaking: ['fan__genre is gone', 'fan__score is int64, was float64'],
        compatible: [],
      },
    ]);
  });

  it('calls breaking a join key that is new, gone or of another type', () => {
    const number = { ...user, joinKeys: [{ name: 'user_id', type: 'int64' as const }] };
    const other = { ...user, joinKeys: [{ name: 'account_id', type: 'string' as const }] };
    const entities = (each: typeof number | typeof other) => [small.entities[0] ?? each, each];
    expect(serviceImpacts(before, { ...before, entities: entities(number) })[0]?.breaking).toEqual([
      'join key fan_id is int64, was string',
    ]);
    expect(serviceImpacts(before, { ...before, entities: entities(other) })[0]?.breaking).toEqual([
      'join key fan_id is gone; requests that carry it are refused',
      'join key account_id (string) is needed; requests without it are refused',
    ]);
  });

  it('calls compatible what is new, computed anew or has another default', () => {
    const more = withTaste(
      { features: [{ ...genre, default: 'pop' }, score, { ...score, name: 'second' }], filter: 'score > 0' },
      asked('genre', 'score', 'second'),
    );
    expect(serviceImpacts(before, more)).toEqual([
      {
        service: 'recommender',
        breaking: [],
        compatible: [
          'fan__second (float64) is new',
          'values of taste are computed anew',
          'the default of fan__genre is "pop", was null',
        ],
      },
    ]);
    const moved = {
      ...before,
      sources: [...before.sources.filter((each) => each.name !== 'events'), { ...events, path: 'b' }],
    };
    expect(serviceImpacts(before, moved)[0]?.compatible).toEqual(['values of taste are computed anew']);
  });

  it('names a service that is retired', () => {
    expect(serviceImpacts(before, { ...before, featureServices: [] })).toEqual([
      { service: 'recommender', breaking: ['is retired'], compatible: [] },
    ]);
  });
});
