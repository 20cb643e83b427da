import fc from 'fast-check';
import { KeyList } from './key-list.js';
import { PackedKeys } from './packed-keys.js';

/** The command for these keys, put together by the book. */
function mget(keys: readonly string[]): Buffer {
  const parts = ['MGET', ...keys].map((each) => `$${Buffer.byteLength(each)}\r\n${each}\r\n`);
  return Buffer.from(`*${parts.length}\r\n${parts.join('')}`);
}

function packed(texts: readonly string[]): PackedKeys {
  const bounds = [0];
  for (const text of texts) bounds.push((bounds.at(-1) ?? 0) + Buffer.byteLength(text));
  return new PackedKeys(Buffer.from(texts.join('')), bounds);
}

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const texts = fc.array(text, { maxLength: 40 });

describe('KeyList', () => {
  it('is the command that a textbook would write, from strings and packed keys alike', () => {
    fc.assert(
      fc.property(texts, texts, text, (some, others, single) => {
        const list = new KeyList();
        list.addAll(some, ':1.2');
        list.addAll(packed(others), ':3.4');
        list.add(single);
        const keys = [...some.map((each) => `${each}:1.2`), ...others.map((each) => `${each}:3.4`), single];
        expect(list.command().toString()).toBe(mget(keys).toString());
        expect([list.length, list.texts()]).toEqual([keys.length, keys]);
      }),
    );
  });

  it('takes many keys and long ones', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `${index} ${'x'.repeat(index % 300)}`);
    const list = new KeyList();
    list.addAll(packed(keys), '');
    expect(list.command().equals(mget(keys))).toBe(true);
  });

  it('is cut into whole commands', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 9 }), (keys, maxKeys) => {
        const list = new KeyList();
        list.addAll(keys, '');
        const pieces = list.pieces(maxKeys);
        expect(pieces.flatMap((each) => each.texts())).toEqual(keys);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(maxKeys);
          expect(piece.command().toString()).toBe(mget(piece.texts()).toString());
        }
      }),
    );
  });
});
