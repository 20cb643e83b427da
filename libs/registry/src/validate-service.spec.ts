import { activity, item, small, taste, user } from './small-project.fixture.js';
import type { Definitions, EntitySpec, FeatureViewDefinition, ServiceViewSpec } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';

const person: EntitySpec = { name: 'person', joinKeys: [{ name: 'user_id', type: 'int64' }] };
const pair: FeatureViewDefinition = { ...taste, name: 'pair', entities: ['user', 'item'] };
const people: FeatureViewDefinition = { ...activity, name: 'people', entities: ['person'] };
const definitions: Definitions = {
  ...small,
  entities: [item, person, user],
  featureViews: [activity, pair, people, taste],
};
const all: ServiceViewSpec = { view: 'taste', alias: 'taste', joinKeys: {}, features: ['genre'] };
const friend: ServiceViewSpec = {
  view: 'pair',
  alias: 'friend',
  joinKeys: { user_id: 'friend_id' },
  features: ['score'],
};

function problems(...views: readonly ServiceViewSpec[]): string[] {
  const found = validateDefinitions({ ...definitions, featureServices: [{ name: 's', views }] });
  return found.map(({ path, message }) => `${path.replace('featureServices.s.', '')}: ${message}`);
}

describe('validateService', () => {
  it('accepts roles, subsets, a view in two places and exchanged join keys', () => {
    const route: ServiceViewSpec = { ...friend, alias: 'route', joinKeys: { user_id: 'item_id', item_id: 'user_id' } };
    expect(problems(all, friend, { ...all, features: ['score'] })).toEqual([]);
    expect(problems({ ...route, joinKeys: { user_id: 'item', item_id: 'user' } })).toEqual([]);
  });

  it.each<[string, ServiceViewSpec[], string[]]>([
    ['no features', [], ['features: a feature service needs at least one feature']],
    ['an item without features', [{ ...all, features: [] }], ['features: taste is listed without features']],
    [
      'an unknown view',
      [{ ...all, view: 'tase', alias: 'tase' }],
      ['features: unknown feature view tase; did you mean taste?'],
    ],
    [
      'an unknown feature',
      [{ ...all, features: ['gnre'] }],
      ['features: unknown feature taste:gnre; did you mean taste:genre?'],
    ],
    ['a feature twice', [all, friend, all], ['features: taste:genre is listed twice']],
    ['a role of no name', [{ ...friend, alias: 'My Friend' }], [expect.stringMatching(/^My Friend: .* is not a name/)]],
    [
      'one role for two views',
      [friend, { ...all, alias: 'friend' }],
      ['friend: stands for two views or two sets of join keys; give each role a name of its own'],
    ],
    [
      'one role with two mappings',
      [friend, { ...friend, joinKeys: {}, features: ['genre'] }],
      ['friend: stands for two views or two sets of join keys; give each role a name of its own'],
    ],
    [
      'a view and a role of its name',
      [all, { ...friend, alias: 'taste' }],
      ['taste: stands for two views or two sets of join keys; give each role a name of its own'],
    ],
    [
      'a mapping of an unknown join key',
      [{ ...friend, joinKeys: { constructor: 'x' } }],
      ['friend.joinKeys.constructor: pair has no such join key; it has user_id, item_id'],
    ],
    [
      'a mapping to no name',
      [{ ...friend, joinKeys: { user_id: 'Friend' } }],
      [expect.stringMatching(/^friend\.joinKeys\.user_id: "Friend" is not a name/)],
    ],
    [
      'a mapping to a reserved name',
      [{ ...friend, joinKeys: { user_id: 'features' } }],
      [expect.stringMatching(/^friend\.joinKeys\.user_id: features is reserved/)],
    ],
    [
      'a mapping onto another join key',
      [{ ...friend, joinKeys: { user_id: 'item_id' } }],
      [
        'friend.joinKeys: two join keys of pair would both be item_id',
        expect.stringMatching(/^features: join key item_id is/),
      ],
    ],
    [
      'one join key with two types',
      [all, { view: 'people', alias: 'people', joinKeys: {}, features: ['watches'] }],
      [
        'features: join key user_id is string in taste and int64 in people; use an alias that gives one of them another name',
      ],
    ],
  ])('refuses %s', (_what, views, expected) => {
    expect(problems(...views)).toEqual(expected);
  });

  it('names a service by the rules of names', () => {
    const found = validateDefinitions({ ...definitions, featureServices: [{ name: 'My', views: [all] }] });
    expect(found).toEqual([{ path: 'featureServices.My', message: expect.stringMatching(/is not a name/) as string }]);
  });
});
