import { activity, events, item, problemsOf, small, taste, user, watches } from './small-project.fixture.js';
import { parseDefinitions } from './parse-definitions.js';
import { likenessWarnings } from './validate-likeness.js';
import type { Definitions, FeatureViewDefinition } from './snapshot.js';

const withViews = (...featureViews: readonly FeatureViewDefinition[]): Definitions => ({
  ...small,
  entities: [item, user],
  featureViews,
  featureServices: [],
});
const problems = (...views: readonly FeatureViewDefinition[]): string[] => {
  const definitions = withViews(...views);
  try {
    parseDefinitions(definitions);
    return [];
  } catch {
    return problemsOf(() => parseDefinitions(definitions));
  }
};
const warnings = (...views: readonly FeatureViewDefinition[]): string[] =>
  likenessWarnings(withViews(...views)).map(({ path, message }) => `${path}: ${message}`);
const copy: FeatureViewDefinition = {
  ...activity,
  name: 'engagement',
  features: [{ ...watches, name: 'active_user' }],
};

describe('an aggregate that another view computes already', () => {
  it('is refused, whatever its name, and told whose it is', () => {
    expect(problems({ ...activity, owner: 'growth' }, copy)).toEqual([
      "featureViews.engagement.features.active_user: computes the same as activity:watches (count(*) over 1h of events by user_id); use that (owner: growth), or say similarTo: ['activity'] when both are meant",
    ]);
  });

  it('is taken when either view says so', () => {
    expect(problems(activity, { ...copy, similarTo: ['activity'] })).toEqual([]);
    expect(problems({ ...activity, similarTo: ['engagement'] }, copy)).toEqual([]);
  });

  it('is another one over another window, filter, key or source', () => {
    const window = { ...watches.compute, windowSeconds: 60 } as typeof watches.compute;
    expect(problems(activity, { ...copy, features: [{ ...watches, compute: window }] })).toEqual([]);
    expect(problems(activity, { ...copy, filter: 'x = 1' })).toEqual([]);
    expect(problems(activity, { ...copy, entities: ['item'] })).toEqual([]);
    expect(problems(activity, { ...copy, source: 'derived' })).toEqual([]);
  });

  it('is the same under a filter that only spaces tell apart, and from a source of another name over the same rows', () => {
    expect(problems({ ...activity, filter: 'a  = 1' }, { ...copy, filter: ' a = 1' })).toHaveLength(1);
    const definitions = { ...withViews(activity, { ...copy, source: 'more' }) };
    const more = { ...events, name: 'more' };
    expect(
      problemsOf(() => parseDefinitions({ ...definitions, sources: [...definitions.sources, more] })),
    ).toHaveLength(1);
  });
});

describe('what is only noted', () => {
  it('is a column that two views read, and a name in another spelling', () => {
    const again: FeatureViewDefinition = { ...taste, name: 'liking' };
    expect(warnings(taste, again).map((each) => each.split(';')[0])).toEqual([
      'featureViews.liking.features.genre: computes the same as taste:genre (genre of events by user_id)',
      'featureViews.liking.features.score: computes the same as taste:score (score of events by user_id)',
    ]);
    const plural = { ...copy, name: 'activities_log', filter: 'a', features: [{ ...watches, name: 'watche' }] };
    expect(warnings(activity, plural)[0]).toContain('is activity:watches in another spelling');
    expect(warnings(taste, { ...again, name: 'tastes', filter: 'a' })[0]).toContain(
      'featureViews.tastes: is taste in another',
    );
  });

  it('can be asked of some views only, whichever of the two they are', () => {
    const again: FeatureViewDefinition = { ...taste, name: 'liking' };
    const asked = (name: string) => likenessWarnings(withViews(taste, again), new Set([name])).length;
    expect([asked('taste'), asked('liking'), asked('activity')]).toEqual([2, 2, 0]);
  });

  it('is nothing where a view says so, or where names mean features of different entities', () => {
    const again: FeatureViewDefinition = { ...taste, name: 'liking', similarTo: ['taste'] };
    expect(warnings(taste, again)).toEqual([]);
    expect(warnings(taste, { ...again, similarTo: [], entities: ['item'] })).toEqual([]);
  });
});
