import { parseDefinitions } from './parse-definitions.js';
import { activity, genre, problemsOf, small, taste } from './small-project.fixture.js';
import type { Definitions, Deprecation } from './snapshot.js';

const deprecating = (deprecated: Deprecation): Definitions => ({
  ...small,
  featureViews: [activity, { ...taste, deprecated, features: [{ ...genre, deprecated }] }],
});

describe('deprecation', () => {
  it('names a day and something that is registered', () => {
    const sound = deprecating({ after: '2028-02-29', successor: 'activity:watches', reason: 'counted twice' });
    expect(parseDefinitions(sound)).toEqual(sound);
    expect(parseDefinitions(deprecating({ after: '2026-12-31', successor: 'recommender' }))).toBeDefined();
  });

  it('is refused with every problem', () => {
    expect(problemsOf(() => parseDefinitions(deprecating({ after: '2026-02-30', successor: 'taste' })))).toEqual([
      'featureViews.taste.deprecated.after: expected a day such as 2026-12-31',
      'featureViews.taste.deprecated.successor: is the deprecated thing itself',
      'featureViews.taste.features.genre.deprecated.after: expected a day such as 2026-12-31',
    ]);
    expect(problemsOf(() => parseDefinitions(deprecating({ after: 'soon', successor: 'taste:nothing' })))).toContain(
      'featureViews.taste.deprecated.successor: taste:nothing is not registered; expected a name or view:feature',
    );
  });
});

describe('similarTo', () => {
  it('names other views', () => {
    const view = { ...taste, similarTo: ['activity', 'tast', 'taste'] };
    expect(problemsOf(() => parseDefinitions({ ...small, featureViews: [activity, view] }))).toEqual([
      'featureViews.taste.similarTo: unknown feature view tast; did you mean taste?',
      'featureViews.taste.similarTo: names the view itself',
    ]);
  });
});
