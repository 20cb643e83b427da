import { fieldLines } from './field-lines.js';

describe('fieldLines', () => {
  it('compares features by name', () => {
    const before = [
      { name: 'a', type: 'int64', compute: { kind: 'aggregate', function: 'count', windowSeconds: 3600 } },
      { name: 'b', type: 'string', default: 'x', compute: { kind: 'column', column: 'bee' } },
    ];
    const after = [
      { name: 'a', type: 'float64', compute: { kind: 'aggregate', function: 'count', windowSeconds: 7200 } },
      { name: 'c', type: 'bool', compute: { kind: 'column', column: 'c' } },
    ];
    expect(fieldLines({ field: 'features', before, after })).toEqual([
      { sign: '~', field: 'features.a.type', text: 'int64 → float64' },
      { sign: '~', field: 'features.a.compute', text: 'count(*) over 1h → count(*) over 2h' },
      { sign: '-', field: 'features.b', text: 'string, newest bee, default "x"' },
      { sign: '+', field: 'features.c', text: 'bool, newest c' },
    ]);
  });

  it.each([
    ['a new field', undefined, 'x', [{ sign: '+', field: 'owner', text: 'x' }]],
    ['a field that goes', 'x', null, [{ sign: '-', field: 'owner', text: 'x' }]],
    ['a changed value', 1, 2, [{ sign: '~', field: 'owner', text: '1 → 2' }]],
    ['a list without names', ['a'], ['b'], [{ sign: '~', field: 'owner', text: '["a"] → ["b"]' }]],
    [
      'another order',
      [{ name: 'a' }, { name: 'b' }],
      [{ name: 'b' }, { name: 'a' }],
      [{ sign: '~', field: 'owner', text: 'in another order' }],
    ],
  ])('shows %s', (_what, before, after, lines) => {
    expect(fieldLines({ field: 'owner', before, after })).toEqual(lines);
  });

  it('says cadences in words', () => {
    const [before, after] = [{ kind: 'every', seconds: 3600 }, { kind: 'push' }];
    expect(fieldLines({ field: 'cadence', before, after })).toEqual([
      { sign: '~', field: 'cadence', text: 'every 1h → per event' },
    ]);
  });

  it('cuts long values', () => {
    const [line] = fieldLines({ field: 'query', before: 'x'.repeat(500), after: null });
    expect(line?.text).toHaveLength(100);
  });
});
