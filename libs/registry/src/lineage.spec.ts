import type { KnownConsumer, LineageNode } from './lineage.js';
import { lineageOf } from './lineage.js';
import { derived, events, small, taste } from './small-project.fixture.js';
import type { Definitions } from './snapshot.js';

const definitions: Definitions = {
  ...small,
  sources: [derived, events, { kind: 'push', name: 'clicks', history: 'events' }],
  featureViews: small.featureViews.map((each) => (each.name === 'taste' ? { ...taste, source: 'derived' } : each)),
};
const consumers: KnownConsumer[] = [
  { consumer: 'checkout', featureService: 'recommender', views: ['taste'] },
  { consumer: 'notebook', featureService: null, views: ['activity'] },
];
const text = (nodes: readonly LineageNode[]): string =>
  nodes.map(({ name, next }) => (next.length === 0 ? name : `${name} > (${text(next)})`)).join(', ');
const up = (name: string) => text(lineageOf(definitions, name, consumers).upstream);
const down = (name: string) => text(lineageOf(definitions, name, consumers).downstream);

describe('lineageOf', () => {
  it('goes from a source to those who read what is made of it', () => {
    expect(down('events')).toBe(
      'derived > (taste > (taste:genre > (recommender > (checkout)), taste:score)), clicks, activity > (activity:watches, notebook)',
    );
    expect(up('derived')).toBe('events');
    expect(up('clicks')).toBe('events');
    expect(up('events')).toBe('');
  });

  it('goes from a consumer back to the sources', () => {
    expect(up('checkout')).toBe('recommender > (taste > (derived > (events), user))');
    expect(up('notebook')).toBe('activity > (events, user)');
    expect(down('checkout')).toBe('');
  });

  it('goes both ways from a view, a feature, a service and an entity', () => {
    expect(up('taste')).toBe('derived > (events), user');
    expect(down('taste:genre')).toBe('recommender > (checkout)');
    expect(down('taste:score')).toBe('');
    expect(up('taste:score')).toBe('derived > (events), user');
    expect(up('recommender')).toBe('taste > (derived > (events), user)');
    expect(down('recommender')).toBe('checkout');
    expect(down('user')).toContain('taste > (taste:genre');
  });

  it('suggests the name that was meant', () => {
    expect(() => lineageOf(definitions, 'tast')).toThrow('nothing in small is called tast; did you mean taste?');
    expect(() => lineageOf(definitions, 'taste:genra')).toThrow('did you mean taste:genre?');
  });
});
