import type { Definitions, FeatureViewDefinition } from './snapshot.js';
import { derived, events, genre, score, small, taste } from './small-project.fixture.js';
import { sameMeaning } from './view-meaning.js';

describe('sameMeaning', () => {
  const same = (view: FeatureViewDefinition, definitions: Definitions = small): boolean =>
    sameMeaning(taste, small, view, definitions);

  it.each<[string, Partial<FeatureViewDefinition>]>([
    ['ttl', { ttlSeconds: 60 }],
    ['cadence', { cadence: { kind: 'push' } }],
    ['accuracy', { accuracy: 'snapshot', delaySeconds: 60 }],
    ['onStale', { onStale: 'null' }],
    ['online', { online: false }],
    ['its description', { description: 'x', owner: 'y', tags: { a: 'b' } }],
    ['a default, which is applied at read', { features: [{ ...genre, default: 'none' }, score] }],
  ])('stays with another %s', (_what, change) => {
    expect(same({ ...taste, ...change })).toBe(true);
  });

  it.each<[string, Partial<FeatureViewDefinition>]>([
    ['another feature', { features: [genre] }],
    ['another order of features, in which rows are stored', { features: [score, genre] }],
    ['another type', { features: [{ ...genre, type: 'bytes' }, score] }],
    ['another column', { features: [{ ...genre, compute: { kind: 'column', column: 'x' } }, score] }],
    ['another filter', { filter: 'a = 1' }],
    ['another source', { source: 'derived' }],
    ['another entity', { entities: ['user', 'item'] }],
  ])('goes with %s', (_what, change) => {
    expect(same({ ...taste, ...change })).toBe(false);
  });

  it('does not see the names and descriptions of entities and sources', () => {
    const renamed: Definitions = {
      ...small,
      entities: [{ name: 'person', joinKeys: [{ name: 'user_id', type: 'string' }] }],
      sources: [{ ...events, name: 'watches', description: 'x' }],
    };
    expect(same({ ...taste, entities: ['person'], source: 'watches' }, renamed)).toBe(true);
  });

  it.each([
    { ...events, path: 'other' },
    { ...events, eventTime: 'other' },
    { ...events, createdTime: 'other' },
    { ...events, tombstone: 'other' },
  ])('goes with another source behind the name: %j', (source) => {
    expect(same(taste, { ...small, sources: [derived, source] })).toBe(false);
  });

  it('looks through push and SQL sources to the rows', () => {
    const push = { kind: 'push', name: 'clicks', history: 'events' } as const;
    const pushed: Definitions = { ...small, sources: [events, push] };
    expect(same({ ...taste, source: 'clicks' }, pushed)).toBe(true);
    const view = { ...taste, source: 'derived' };
    const moved: Definitions = { ...small, sources: [derived, { ...events, path: 'other' }] };
    expect(sameMeaning(view, small, view, moved)).toBe(false);
    expect(sameMeaning(view, small, view, { ...small, sources: [{ ...derived, query: 'x' }, events] })).toBe(false);
  });

  it('is nothing that a view without a past has', () => {
    expect(sameMeaning(taste, undefined, taste, small)).toBe(false);
  });
});
