import fc from 'fast-check';
import { MgetReplies } from './mget-replies.js';

type Reply = readonly (Buffer | null)[] | string;

const anyValue = fc.option(
  fc
    .oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom(...['\r\n', '$-1\r\n', '*1\r\n', '-ERR\r\n'].map((text) => Buffer.from(text))),
      fc.uint8Array({ minLength: 100, maxLength: 1000 }),
    )
    .map((bytes) => Buffer.from(bytes)),
);
const anyReply: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 9, arbitrary: fc.array(anyValue, { minLength: 1, maxLength: 15 }) },
  { weight: 1, arbitrary: fc.constantFrom('ERR no', 'LOADING é', []) },
);

function encodeReply(reply: Reply): Buffer {
  if (typeof reply === 'string') return Buffer.from(`-${reply}\r\n`);
  if (reply.length === 0) return Buffer.from('+PONG\r\n');
  const parts = reply.map((value) =>
    value === null
      ? Buffer.from('$-1\r\n')
      : Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')]),
  );
  return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...parts]);
}

/** What is read out of bytes that come in pieces. */
function readPieces(pieces: Iterable<Buffer>): Reply[] {
  const found: Reply[] = [];
  const replies = new MgetReplies({
    onValues: (values) => found.push([...values]),
    onRefusal: (reply) => found.push(reply),
  });
  for (const piece of pieces) replies.push(piece);
  return found;
}

function hexOf(reply: Reply): string {
  return typeof reply === 'string' ? reply : reply.map((value) => value?.toString('hex') ?? 'null').join();
}

describe('MgetReplies', () => {
  it('reads any replies, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 20 }), (replies, cuts) => {
        const bytes = Buffer.concat(replies.map(encodeReply));
        const places = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((left, right) => left - right),
          bytes.length,
        ];
        const found = readPieces(places.map((place, index) => bytes.subarray(place, places[index + 1] ?? place)));
        expect(found.map(hexOf)).toEqual(replies.map(hexOf));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads any replies byte by byte', () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 4 }), (replies) => {
        const bytes = Buffer.concat(replies.map(encodeReply));
        expect(readPieces(Array.from(bytes, (byte) => Buffer.of(byte))).map(hexOf)).toEqual(replies.map(hexOf));
      }),
      { numRuns: 200 },
    );
  });

  it('joins the pieces of a long value once', () => {
    const value = Buffer.alloc(60_000_000, 'x');
    const bytes = encodeReply([value]);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
      bytes.subarray(index * 65_536, (index + 1) * 65_536),
    );
    const startMs = performance.now();
    const [reply] = readPieces(pieces);
    expect(reply?.[0]).toHaveLength(value.length);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it.each([
    ':1\r\n',
    '$3\r\nfoo\r\n',
    '*x\r\n',
    '*-1\r\n',
    '*\r\n',
    '*1\r\n*10\r\n',
    '*1\r\n:12\r\n',
    '*1\r\n$1x\r\na\r\n',
    '*99999999999999\r\n',
    'HTTP/1.1 200 OK\r\n',
  ])('refuses %j', (text) => {
    expect(() => readPieces([Buffer.from(text)])).toThrow(/not a reply to MGET|Invalid array length/);
  });
});
