import fc from 'fast-check';
import { parsePointer, pointerText } from './view-pointer.js';
import type { ViewPointer } from './view-pointer.js';

const anyPointer: fc.Arbitrary<ViewPointer> = fc.record(
  { viewVersion: fc.nat(), generation: fc.nat(), previousGeneration: fc.nat(), epoch: fc.string({ unit: 'binary' }) },
  { requiredKeys: ['viewVersion', 'generation', 'epoch'] },
);

describe('pointerText', () => {
  it('can be read again', () => {
    fc.assert(fc.property(anyPointer, (pointer) => expect(parsePointer(pointerText(pointer))).toEqual(pointer)));
  });

  it('is the same for equal pointers, however they were put together', () => {
    const pointer = { epoch: 'e', previousGeneration: 1, generation: 2, viewVersion: 3 };
    expect(pointerText(pointer)).toBe('{"viewVersion":3,"generation":2,"previousGeneration":1,"epoch":"e"}');
    expect(pointerText({ viewVersion: 3, generation: 2, epoch: 'e' })).toBe(
      '{"viewVersion":3,"generation":2,"epoch":"e"}',
    );
  });
});

describe('parsePointer', () => {
  it.each([
    '',
    'x',
    'null',
    '1',
    '[]',
    '{}',
    '{"viewVersion":1,"generation":1}',
    '{"viewVersion":1,"generation":-1,"epoch":"e"}',
    '{"viewVersion":1,"generation":1e300,"epoch":"e"}',
    '{"viewVersion":"1","generation":1,"epoch":"e"}',
    '{"viewVersion":1,"generation":1,"previousGeneration":null,"epoch":"e"}',
  ])('takes %j for no pointer', (text) => {
    expect(parsePointer(text)).toBeUndefined();
  });
});
