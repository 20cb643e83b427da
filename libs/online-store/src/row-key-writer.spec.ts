import { ByteWriter, entityKeyPrefix, generationSuffix } from '@larder/row-format';
import fc from 'fast-check';
import { RowKeyWriter } from './row-key-writer.js';
import { writeArgument } from './command-writer.js';

/** An argument of a command by its definition. */
function argument(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
}

const anyKey = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '日', '🧊'), fc.constantFrom(0, 1, 9, 30, 33, 40, 41, 80, 90, 99, 100, 999, 3000))
    .map(([unit, count]) => unit.repeat(count)),
);

describe('RowKeyWriter', () => {
  it('writes the key that readers ask for, for any entity key, whatever the buffer has room for', () => {
    const anyTarget = fc.record({
      project: fc.constantFrom('p', 'a-longer_name'),
      viewId: fc.nat(),
      generation: fc.nat(),
    });
    fc.assert(
      fc.property(
        anyTarget,
        fc.array(anyKey, { maxLength: 4 }),
        fc.integer({ min: 1, max: 300 }),
        (target, keys, room) => {
          const out = new ByteWriter(room);
          const writer = new RowKeyWriter(target);
          for (const key of keys) writer.write(out, key);
          const expected = keys.map((key) =>
            argument(
              Buffer.from(entityKeyPrefix(target.project, key) + generationSuffix(target.viewId, target.generation)),
            ),
          );
          expect(out.written().toString('latin1')).toBe(Buffer.concat(expected).toString('latin1'));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('writeArgument', () => {
  it('writes length and bytes, whatever the buffer has room for', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom(9, 10, 99, 100, 65_536).map((length) => Buffer.alloc(length, 7)),
    );
    fc.assert(
      fc.property(fc.array(anyBytes), fc.integer({ min: 1, max: 300 }), (pieces, room) => {
        const out = new ByteWriter(room);
        for (const bytes of pieces) writeArgument(out, bytes);
        expect(out.written().equals(Buffer.concat(pieces.map(argument)))).toBe(true);
      }),
    );
  });
});
