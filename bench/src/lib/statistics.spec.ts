import { median, range } from './statistics.js';

describe('median', () => {
  it.each([
    [[3], 3],
    [[10, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])('of %p is %p', (values, wanted) => {
    expect(median(values)).toBe(wanted);
  });

  it('of nothing is an error, not a number', () => {
    expect(() => median([])).toThrow('no values');
  });
});

describe('range', () => {
  it('compares numbers, not their text', () => {
    expect(range([9, 10, 100])).toEqual({ least: 9, greatest: 100 });
  });
});
