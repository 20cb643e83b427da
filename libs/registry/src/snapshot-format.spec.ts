import { readFileSync } from 'node:fs';
import { buildSnapshot } from './build-snapshot.js';
import { parseDefinitions } from './parse-definitions.js';
import { parseSnapshot } from './parse-snapshot.js';
import { planChanges } from './plan-changes.js';
import type { Snapshot } from './snapshot.js';

/** A snapshot as format version 1 wrote it, with everything the format can say. It is never written anew: it must stay readable. */
const golden = JSON.parse(readFileSync(new URL('../testdata/snapshot-v1.json', import.meta.url), 'utf8')) as Snapshot;

describe('snapshot format version 1', () => {
  it('is read exactly', () => {
    expect(parseSnapshot(golden)).toStrictEqual(golden);
  });

  it('is good as definitions, and what follows it keeps every id and version', () => {
    const { version, ...unnumbered } = golden;
    const featureViews = golden.featureViews.map(({ id: _id, version: _version, ...view }) => view);
    const definitions = parseDefinitions({ ...unnumbered, featureViews });
    expect(definitions).toStrictEqual({ ...unnumbered, featureViews });
    expect(planChanges(golden, definitions)).toEqual([]);
    const { snapshot, viewIds } = buildSnapshot(definitions, parseSnapshot(golden));
    expect(snapshot).toStrictEqual({ ...golden, version: version + 1 });
    expect(viewIds).toEqual({ activity: 4, last_watched: 1, lists: 2, profile: 6, seats: 3, traffic: 5 });
  });
});
