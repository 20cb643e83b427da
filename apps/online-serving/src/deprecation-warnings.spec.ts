import type { Snapshot } from '@larder/registry';
import { deprecationWarnings } from './deprecation-warnings.js';
import { buildReadPlan } from './read-plan.js';
import { snapshot } from './testing/serving-fixture.js';

const after = '2027-01-31';

/** The fixture's snapshot with the service, a view and all of that view's features deprecated. */
const deprecated: Snapshot = {
  ...snapshot,
  featureServices: snapshot.featureServices.map((each) =>
    each.name === 'recommender' ? { ...each, deprecated: { after, successor: 'recommender_v2' } } : each,
  ),
  featureViews: snapshot.featureViews.map((each) =>
    each.name === 'profile'
      ? {
          ...each,
          deprecated: { after },
          features: each.features.map((feature) => ({ ...feature, deprecated: { after, reason: 'not used' } })),
        }
      : each,
  ),
};

const options = { fullFeatureNames: false, live: () => undefined };

describe('deprecation warnings of a plan', () => {
  it('name the service, the view and the features that are read, with day, successor and reason', () => {
    expect(buildReadPlan(deprecated, { featureService: 'recommender' }, options).warnings).toEqual([
      'feature service recommender is deprecated: not to be used after 2027-01-31; use recommender_v2',
      'feature view profile is deprecated: not to be used after 2027-01-31',
      'feature profile:segment is deprecated: not to be used after 2027-01-31 (not used)',
    ]);
  });

  it('are none for what is not deprecated', () => {
    expect(buildReadPlan(deprecated, { features: ['counts:watch_count'] }, options).warnings).toEqual([]);
    expect(buildReadPlan(snapshot, { featureService: 'recommender' }, options).warnings).toEqual([]);
  });

  it('go by the newest definitions also while an older version of the view is read', () => {
    const [view] = buildReadPlan(snapshot, { features: ['profile:score'] }, options).views;
    const [spec] = view?.view.features.filter(({ name }) => name === 'score') ?? [];
    if (view === undefined || spec === undefined) throw new Error('the fixture has no profile:score');
    const old = { ...view, features: [{ spec, index: 1, outputName: 'score' }] };
    expect(deprecationWarnings(deprecated, null, [old])).toHaveLength(2);
  });

  it('are summed up when there are many', () => {
    const [profile] = deprecated.featureViews.filter(({ name }) => name === 'profile');
    const [feature] = profile?.features ?? [];
    if (profile === undefined || feature === undefined) throw new Error('the fixture has no profile');
    const features = Array.from({ length: 30 }, (_, index) => ({ ...feature, name: `f${index}` }));
    const wide = { ...deprecated, featureViews: [{ ...profile, features }] };
    const read = features.map((spec, index) => ({ spec, index, outputName: spec.name }));
    const warnings = deprecationWarnings(wide, null, [
      { view: profile, alias: 'profile', joinKeys: [], features: read },
    ]);
    expect(warnings).toHaveLength(21);
    expect(warnings[20]).toBe('and 11 more deprecations');
  });
});
