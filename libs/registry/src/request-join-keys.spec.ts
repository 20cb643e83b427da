import { joinKeyConflicts, joinKeysOfView, requestJoinKeys } from './request-join-keys.js';
import { item, small, taste, user } from './small-project.fixture.js';

describe('joinKeysOfView', () => {
  it('sorts by name, whatever the order of the entities', () => {
    const keys = [...item.joinKeys, ...user.joinKeys];
    expect(joinKeysOfView(small, { ...taste, entities: ['user', 'item'] })).toEqual(keys);
    expect(joinKeysOfView(small, { ...taste, entities: ['item', 'user'] })).toEqual(keys);
    expect(joinKeysOfView(small, taste)).toEqual(user.joinKeys);
  });
});

describe('requestJoinKeys', () => {
  it('renames what is mapped and nothing else', () => {
    expect(requestJoinKeys(user.joinKeys, { user_id: 'friend_id' })).toEqual([
      { name: 'user_id', type: 'string', requestName: 'friend_id' },
    ]);
  });

  it('does not take what every object has for a mapping', () => {
    const [key] = requestJoinKeys([{ name: 'constructor', type: 'int64' }], {});
    expect(key?.requestName).toBe('constructor');
  });
});

describe('joinKeyConflicts', () => {
  it('names the join key, its two types and the two views', () => {
    const part = (alias: string, type: 'int64' | 'string') => ({
      alias,
      joinKeys: [{ name: 'id', type, requestName: 'id' }],
    });
    expect(joinKeyConflicts([part('a', 'int64'), part('b', 'string'), part('c', 'int64')])).toEqual([
      'join key id is int64 in a and string in b; use an alias that gives one of them another name',
    ]);
    expect(joinKeyConflicts([part('a', 'int64'), part('c', 'int64')])).toEqual([]);
  });
});
