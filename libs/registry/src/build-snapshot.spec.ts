import fc from 'fast-check';
import type { ViewIds } from './build-snapshot.js';
import { buildSnapshot } from './build-snapshot.js';
import { definitionsArbitrary, events, genre, small, taste } from './small-project.fixture.js';
import type { Definitions, FeatureViewSpec, Snapshot } from './snapshot.js';
import { sameMeaning } from './view-meaning.js';

function withViews(...names: readonly string[]): Definitions {
  return { ...small, featureViews: names.map((name) => ({ ...taste, name })), featureServices: [] };
}

function idsOf(snapshot: Snapshot): Record<string, number> {
  return Object.fromEntries(snapshot.featureViews.map((view) => [view.name, view.id]));
}

describe('buildSnapshot', () => {
  it('numbers the first snapshot from 1', () => {
    const { snapshot, viewIds } = buildSnapshot(small, undefined);
    expect(snapshot.version).toBe(1);
    expect(snapshot.featureViews.map(({ name, id, version }) => [name, id, version])).toEqual([
      ['activity', 1, 1],
      ['taste', 2, 1],
    ]);
    expect(viewIds).toEqual({ activity: 1, taste: 2 });
  });

  it('gives a view that comes back after its retirement a new id, since rows of its past may still be stored', () => {
    const first = buildSnapshot(withViews('a', 'b'), undefined);
    const second = buildSnapshot(withViews('b'), first.snapshot, first.viewIds);
    const third = buildSnapshot(withViews('a', 'b'), second.snapshot, second.viewIds);
    expect(idsOf(third.snapshot)).toEqual({ a: 3, b: 2 });
    expect(third.viewIds).toEqual({ a: 3, b: 2 });
  });

  it('takes the ids of the previous snapshot when those kept aside are lost', () => {
    const first = buildSnapshot(withViews('a', 'b'), undefined);
    const second = buildSnapshot(withViews('0', 'a', 'b'), first.snapshot);
    expect(idsOf(second.snapshot)).toEqual({ '0': 3, a: 1, b: 2 });
  });

  it('numbers a view called constructor like any other', () => {
    const { snapshot, viewIds } = buildSnapshot(withViews('constructor'), undefined);
    expect(snapshot.featureViews[0]?.id).toBe(1);
    expect(Object.entries(viewIds)).toEqual([['constructor', 1]]);
  });

  it('keeps the version of a view through a change that does not touch its rows, and raises it otherwise', () => {
    const first = buildSnapshot(small, undefined);
    const described = { ...small, featureViews: [{ ...taste, owner: 'x', ttlSeconds: 5 }] };
    const second = buildSnapshot(described, first.snapshot, first.viewIds);
    expect(second.snapshot.featureViews[0]?.version).toBe(1);
    const moved = { ...described, sources: [{ ...events, path: 'elsewhere' }] };
    const third = buildSnapshot(moved, second.snapshot, second.viewIds);
    expect(third.snapshot.featureViews[0]?.version).toBe(2);
    expect(third.snapshot.version).toBe(3);
  });

  it('refuses version 65536 of a view and the past of another project', () => {
    const { snapshot } = buildSnapshot(small, undefined);
    const old = { ...snapshot, featureViews: snapshot.featureViews.map((view) => ({ ...view, version: 65_535 })) };
    expect(() => buildSnapshot(small, old)).not.toThrow();
    const changed = { ...small, featureViews: [{ ...taste, features: [genre] }] };
    const refused = expect.objectContaining({ code: 'FAILED_PRECONDITION' });
    expect(() => buildSnapshot(changed, old)).toThrow(refused);
    expect(() => buildSnapshot({ ...small, project: 'other' }, snapshot)).toThrow(refused);
  });

  it('over any sequence of applies keeps ids, reuses none, and raises a version exactly when the meaning changes', () => {
    fc.assert(
      fc.property(fc.array(definitionsArbitrary, { minLength: 1, maxLength: 12 }), (sequence) => {
        const owners = new Map<number, string>();
        let previous: Snapshot | undefined;
        let viewIds: ViewIds = {};
        for (const definitions of sequence) {
          const next = buildSnapshot(definitions, previous, viewIds);
          for (const view of next.snapshot.featureViews) {
            expectNumbers(view, previous, definitions);
            if (!isKept(view, previous)) expect(owners.has(view.id)).toBe(false);
            owners.set(view.id, view.name);
            expect(next.viewIds[view.name]).toBe(view.id);
          }
          ({ viewIds } = next);
          previous = next.snapshot;
        }
      }),
      { numRuns: 100 },
    );
  });
});

function isKept(view: FeatureViewSpec, previous: Snapshot | undefined): boolean {
  return previous?.featureViews.some((each) => each.name === view.name) === true;
}

function expectNumbers(view: FeatureViewSpec, previous: Snapshot | undefined, definitions: Definitions): void {
  const before = previous?.featureViews.find((each) => each.name === view.name);
  if (before === undefined) {
    expect(view.version).toBe(1);
    return;
  }
  expect(view.id).toBe(before.id);
  expect(view.version).toBe(before.version + (sameMeaning(before, previous, view, definitions) ? 0 : 1));
}
