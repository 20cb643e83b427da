import { searchSnapshot } from './search-snapshot.js';
import { activity, derived, events, genre, item, score, service, small, taste, user } from './small-project.fixture.js';
import type { Definitions } from './snapshot.js';

const definitions: Definitions = {
  ...small,
  entities: [item, { ...user, description: 'A person' }],
  sources: [derived, { ...events, owner: 'platform' }],
  featureViews: [
    { ...activity, owner: 'growth', tags: { tier: '1' } },
    {
      ...taste,
      owner: 'music',
      features: [
        { ...genre, description: 'what they watch most', tags: { pii: 'no' } },
        { ...score, deprecated: { after: '2026-12-31' }, owner: 'growth' },
      ],
    },
  ],
  featureServices: [service],
};
const names = (query: Parameters<typeof searchSnapshot>[1]) =>
  searchSnapshot(definitions, query).map((each) => each.name);

describe('searchSnapshot', () => {
  it('finds words in names first, then in what is written about them', () => {
    expect(names({ text: 'watch' })).toEqual(['activity:watches', 'taste:genre']);
    expect(names({ text: 'TASTE' })).toEqual(['taste', 'taste:genre', 'taste:score']);
    expect(names({ text: 'person' })).toEqual(['user']);
  });

  it('wants every word', () => {
    expect(names({ text: 'taste score' })).toEqual(['taste:score']);
    expect(names({ text: 'taste nothing' })).toEqual([]);
  });

  it('finds by owner, with that of the view for features without one', () => {
    expect(names({ owner: 'growth' })).toEqual(['activity', 'activity:watches', 'taste:score']);
    expect(names({ owner: 'platform' })).toEqual(['events']);
  });

  it('finds by tag, entity, type and deprecation, all at once', () => {
    expect(names({ tags: { tier: '1' } })).toEqual(['activity', 'activity:watches']);
    expect(names({ entity: 'user', type: 'string' })).toEqual(['taste:genre']);
    expect(names({ entity: 'user', text: 'recommender' })).toEqual(['recommender']);
    expect(names({ deprecated: true })).toEqual(['taste:score']);
    expect(names({ deprecated: false, owner: 'growth' })).toEqual(['activity', 'activity:watches']);
    expect(names({ tags: { constructor: 'x' } })).toEqual([]);
  });

  it('tells of a feature what it is', () => {
    expect(searchSnapshot(definitions, { text: 'genre' })[0]).toEqual({
      kind: 'feature',
      name: 'taste:genre',
      type: 'string',
      entities: ['user'],
      owner: 'music',
      description: 'what they watch most',
      tags: { pii: 'no' },
      deprecated: null,
      view: 'taste',
    });
  });
});
