import { buildServiceViews } from './service-views.js';

const item = { view: 'v', alias: 'v', joinKeys: {}, features: ['a'] };

describe('buildServiceViews', () => {
  it('merges neighbours of one role in order', () => {
    const other = { ...item, view: 'w', alias: 'w' };
    expect(buildServiceViews([item, { ...item, features: ['b'] }, other, { ...item, features: ['c'] }])).toEqual([
      { ...item, features: ['a', 'b'] },
      other,
      { ...item, features: ['c'] },
    ]);
  });

  it('keeps roles apart that differ in their join keys only', () => {
    const roles = [
      { ...item, alias: 'r', joinKeys: { k: 'x' } },
      { ...item, alias: 'r', joinKeys: { k: 'y' } },
    ];
    expect(buildServiceViews(roles)).toEqual(roles);
  });

  it('does not mention a join key that keeps its name', () => {
    expect(buildServiceViews([{ ...item, joinKeys: { k: 'k', l: 'm' } }])).toEqual([{ ...item, joinKeys: { l: 'm' } }]);
  });
});
