import { isValueTypeName, listElementType, SCALAR_TYPES } from './value-type.js';

describe('value types', () => {
  it('are the scalars and their lists', () => {
    for (const type of SCALAR_TYPES) {
      expect(isValueTypeName(type)).toBe(true);
      expect(isValueTypeName(`list<${type}>`)).toBe(true);
      expect(listElementType(`list<${type}>`)).toBe(type);
      expect(listElementType(type)).toBeUndefined();
    }
  });

  it.each([
    '',
    'int',
    'Int64',
    'list<>',
    'list<int>',
    'list<list<int64>>',
    'list<int64',
    'constructor',
    'list<constructor>',
  ])('are not %j', (name) => {
    expect(isValueTypeName(name)).toBe(false);
  });
});
