import { buildSnapshot } from '@larder/registry';
import { exampleDefinitions } from '../example-definitions.fixture.js';
import { SnapshotCache } from './snapshot-cache.js';

const { snapshot } = buildSnapshot(exampleDefinitions('demo'), undefined);

describe('SnapshotCache', () => {
  it('lets go what was not asked for the longest, by the size of the texts', () => {
    const cache = new SnapshotCache(10);
    cache.set('a', snapshot, 4);
    cache.set('b', snapshot, 4);
    expect(cache.get('a')).toBe(snapshot);
    cache.set('c', snapshot, 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([snapshot, undefined, snapshot]);
    cache.set('c', snapshot, 6);
    expect(cache.get('a')).toBe(snapshot);
    cache.set('d', snapshot, 11);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([undefined, undefined, undefined, undefined]);
  });
});
