import { buildSnapshot } from './build-snapshot.js';
import { mergeDefinitions } from './merge-definitions.js';
import { planChanges } from './plan-changes.js';
import { activity, item, small, taste, user } from './small-project.fixture.js';
import type { Definitions } from './snapshot.js';

const current = buildSnapshot(small, undefined).snapshot;
const mine: Definitions = {
  ...small,
  entities: [user],
  featureViews: [{ ...taste, owner: 'me' }],
  featureServices: [],
};

describe('mergeDefinitions', () => {
  it('lays one repository over what others registered', () => {
    const { definitions, kept, refused } = mergeDefinitions(current, mine, { prune: false });
    expect(definitions).toEqual({ ...small, featureViews: [activity, { ...taste, owner: 'me' }] });
    expect(kept).toEqual([
      { kind: 'entity', name: 'item' },
      { kind: 'featureView', name: 'activity' },
      { kind: 'featureService', name: 'recommender' },
    ]);
    expect(refused).toEqual([]);
    expect(planChanges(current, definitions).map(({ action, name }) => [action, name])).toEqual([['change', 'taste']]);
  });

  it('retires with prune what the code does not have', () => {
    const { definitions, kept } = mergeDefinitions(current, mine, { prune: true });
    expect(definitions).toEqual(mine);
    expect(kept).toEqual([]);
  });

  it('refuses to retire what is protected, all of it at once', () => {
    const guarded = {
      ...small,
      entities: [{ ...item, protect: true }, user],
      featureViews: [{ ...activity, protect: true }, taste],
    };
    const { definitions, refused } = mergeDefinitions(guarded, mine, { prune: true });
    expect(refused.map((each) => each.path)).toEqual(['entities.item', 'featureViews.activity']);
    expect(definitions.entities).toContainEqual({ ...item, protect: true });
  });

  it('takes the code as it is for a new project, and lets the code take protection away', () => {
    expect(mergeDefinitions(undefined, mine, { prune: true }).definitions).toEqual(mine);
    const guarded = { ...small, featureViews: [{ ...activity, protect: true }, taste] };
    expect(mergeDefinitions(guarded, small, { prune: true })).toMatchObject({ definitions: small, refused: [] });
  });
});
