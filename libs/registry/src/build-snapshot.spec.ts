import fc from 'fast-check';
import type { NumberedSnapshot, ViewVersion } from './build-snapshot.js';
import { buildSnapshot } from './build-snapshot.js';
import { parseSnapshot } from './parse-snapshot.js';
import { definitionsArbitrary, events, genre, small, taste } from './small-project.fixture.js';
import type { Definitions, FeatureViewSpec, Snapshot } from './snapshot.js';
import { viewMeaning } from './view-meaning.js';

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
    const second = buildSnapshot(withViews('b'), first.snapshot, { viewIds: first.viewIds });
    const third = buildSnapshot(withViews('a', 'b'), second.snapshot, { viewIds: second.viewIds });
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
    const second = buildSnapshot(described, first.snapshot, { viewIds: first.viewIds });
    expect(second.snapshot.featureViews[0]?.version).toBe(1);
    const moved = { ...described, sources: [{ ...events, path: 'elsewhere' }] };
    const third = buildSnapshot(moved, second.snapshot, { viewIds: second.viewIds });
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

  it('over any sequence of applies keeps ids, reuses none, and gives each meaning of a view one version for ever', () => {
    fc.assert(
      fc.property(fc.array(definitionsArbitrary, { minLength: 1, maxLength: 12 }), (sequence) => {
        const owners = new Map<number, string>();
        const meanings = new Map<string, string>();
        let last: NumberedSnapshot | undefined;
        let versions: readonly ViewVersion[] = [];
        for (const definitions of sequence) {
          const previous = last?.snapshot;
          last = buildSnapshot(definitions, previous, { viewIds: last?.viewIds ?? {}, versions });
          versions = [...versions, ...last.newVersions];
          for (const view of last.snapshot.featureViews) {
            if (isKept(view, previous)) expect(owners.get(view.id)).toBe(view.name);
            else expect(owners.has(view.id)).toBe(false);
            owners.set(view.id, view.name);
            expect(last.viewIds[view.name]).toBe(view.id);
            const meaning = viewMeaning(view, definitions);
            expect(meanings.get(`${view.id} ${view.version}`) ?? meaning).toBe(meaning);
            meanings.set(`${view.id} ${view.version}`, meaning);
          }
        }
        const distinct = new Set([...meanings].map(([id, meaning]) => `${id.split(' ')[0]} ${meaning}`));
        expect(distinct.size).toBe(meanings.size);
        expect(versions).toHaveLength(meanings.size);
      }),
      { numRuns: 100 },
    );
  });

  it('gives a meaning that comes back its old number, also when only the newest snapshot is remembered', () => {
    const first = buildSnapshot(small, undefined);
    const second = buildSnapshot(renamed('mood'), first.snapshot);
    const versions = [...first.newVersions, ...second.newVersions];
    const third = buildSnapshot(small, second.snapshot, { versions });
    const fourth = buildSnapshot(renamed('price'), third.snapshot, { versions });
    expect([second, third, fourth].map(({ snapshot }) => versionOf(snapshot, 'taste'))).toEqual([2, 1, 3]);
    expect(second.newVersions.map(({ viewId, version }) => [viewId, version])).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
  });
});

describe('former views', () => {
  const first = buildSnapshot(small, undefined).snapshot;
  const second = buildSnapshot(renamed('mood'), first).snapshot;
  const third = (live: number | 'none' | undefined) =>
    buildSnapshot(renamed('price'), second, { live: () => live }).snapshot.formerViews?.map(({ view }) => view.version);

  it('carry all that reading the version before needs', () => {
    expect(second.formerViews).toEqual([
      {
        view: first.featureViews.find((each) => each.name === 'taste'),
        joinKeys: [{ name: 'user_id', type: 'string' }],
        services: { recommender: small.featureServices[0]?.views },
      },
    ]);
  });

  it('are the one before and the one that is live, all recent ones while that is not known, and none once the newest is live', () => {
    expect(third(1)).toEqual([2, 1]);
    expect(third(2)).toEqual([2]);
    expect(third(undefined)).toEqual([2, 1]);
    expect(third(3)).toBeUndefined();
    expect(third('none')).toBeUndefined();
    expect(buildSnapshot(renamed('mood'), second, { live: () => 1 }).snapshot.formerViews).toEqual(second.formerViews);
  });

  it('do not outlive their view', () => {
    const retired = { ...small, featureViews: small.featureViews.slice(0, 1), featureServices: [] };
    expect(buildSnapshot(retired, second).snapshot.formerViews).toBeUndefined();
  });

  it('survive being stored', () => {
    expect(parseSnapshot(JSON.parse(JSON.stringify(second)))).toEqual(second);
  });
});

/** The small project with the feature genre under another name. */
function renamed(feature: string): Definitions {
  const views = small.featureViews.map((view) =>
    view.name === 'taste' ? { ...taste, features: [{ ...genre, name: feature }] } : view,
  );
  return { ...small, featureViews: views, featureServices: [] };
}

function versionOf(snapshot: Snapshot, name: string): number | undefined {
  return snapshot.featureViews.find((each) => each.name === name)?.version;
}

function isKept(view: FeatureViewSpec, previous: Snapshot | undefined): boolean {
  return previous?.featureViews.some((each) => each.name === view.name) === true;
}
