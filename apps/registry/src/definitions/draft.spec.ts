import { buildSnapshot, isLarderError } from '@larder/registry';
import type { Definitions, FeatureViewDefinition, Snapshot } from '@larder/registry';
import { exampleDefinitions } from '../example-definitions.fixture.js';
import { draftOf, mergeSent, readDefinitions, warningsOf } from './draft.js';

const PROJECT = 'shop';
const example = exampleDefinitions(PROJECT);
const [activity] = example.featureViews as readonly [FeatureViewDefinition];
const history = { viewIds: {}, versions: [], live: () => undefined, digest: (text: string) => text };

/** What somebody registered before the rule against aggregates that two views compute. */
const twin = { ...activity, name: 'twin' };
const registered: Snapshot = buildSnapshot(
  { ...example, featureViews: [...example.featureViews, twin] },
  undefined,
).snapshot;

function merging(current: Snapshot | undefined, definitions: Definitions): string[] {
  try {
    mergeSent(current, readDefinitions(PROJECT, definitions), { prune: false });
    return [];
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return (error.details.problems ?? []).map((each) => each.path);
  }
}

describe('what is sent', () => {
  it('is not held up by a rule that only what others registered breaks', () => {
    const mine: Definitions = { ...example, featureViews: [], featureServices: [] };
    expect(merging(registered, mine)).toEqual([]);
  });

  it('is held to every rule itself, new or old', () => {
    const path = expect.stringMatching(/^featureViews\.twin\.features\./);
    expect(merging(registered, { ...example, featureViews: [twin], featureServices: [] })).toContainEqual(path);
    expect(merging(undefined, { ...example, featureViews: [...example.featureViews, twin] })).toContainEqual(path);
  });

  it('is told of a duplicate where it is itself, not where the other one is registered', () => {
    const others = buildSnapshot({ ...example, featureViews: [...example.featureViews] }, undefined).snapshot;
    const first = { ...activity, name: 'aaa' };
    expect(merging(others, { ...example, featureViews: [first], featureServices: [] })).toContainEqual(
      expect.stringMatching(/^featureViews\.aaa\.features\./),
    );
  });

  it('has nothing computed anew when a meaning returns whose rows are still live', () => {
    const first = buildSnapshot(example, undefined);
    const changed = { ...example, featureViews: [{ ...activity, filter: 'TRUE' }, ...example.featureViews.slice(1)] };
    const second = buildSnapshot(changed, first.snapshot);
    const versions = [...first.newVersions, ...second.newVersions];
    const back = (live: number) => {
      const merge = mergeSent(second.snapshot, readDefinitions(PROJECT, example), { prune: false });
      const { changes } = draftOf(
        { current: second.snapshot, history: { ...history, versions, live: () => live } },
        merge,
      );
      return changes.filter((each) => each.name === activity.name).map((each) => each.rematerialize);
    };
    expect([back(1), back(2)]).toEqual([[false], [true]]);
  });

  it('is told of likenesses of the views that it changes, and of no others', () => {
    const profile = example.featureViews.find((each) => each.computation === 'columns') as FeatureViewDefinition;
    const like = { ...example, featureViews: [...example.featureViews, { ...profile, name: 'likeness' }] };
    const warnings = (current: Snapshot | undefined, definitions: Definitions) => {
      const merge = mergeSent(current, readDefinitions(PROJECT, definitions), { prune: false });
      return warningsOf(draftOf({ current, history }, merge)).length;
    };
    expect(warnings(undefined, like)).toBeGreaterThan(0);
    const before = buildSnapshot(like, undefined).snapshot;
    expect(warnings(before, like)).toBe(0);
    expect(warnings(before, { ...like, featureViews: [{ ...activity, owner: 'somebody' }] })).toBe(0);
  });
});
