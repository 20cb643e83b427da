import { EventStreamReader } from './event-stream.js';

const TEXT =
  ': comment\n\nevent: snapshot\ndata: {"version":\ndata:1}\nid: 7\n\nevent: nothing\n\ndata\n\nretry: 5\r\ndata: plain\r\rdata:  two\r\n\r\n';
const EVENTS = [
  { event: 'snapshot', data: '{"version":\n1}' },
  { event: 'message', data: '' },
  { event: 'message', data: 'plain' },
  { event: 'message', data: ' two' },
];

describe('EventStreamReader', () => {
  it('reads events with all three line ends, and passes comments and events without data over', () => {
    expect(new EventStreamReader().push(TEXT)).toEqual(EVENTS);
  });

  it.each([1, 2, 3, 7])('reads the same from pieces of %i characters', (size) => {
    const reader = new EventStreamReader();
    const pieces = Array.from({ length: Math.ceil(TEXT.length / size) }, (_, index) =>
      TEXT.slice(index * size, (index + 1) * size),
    );
    expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(EVENTS);
  });

  it('keeps what has no end yet', () => {
    const reader = new EventStreamReader();
    expect(reader.push('data: half')).toEqual([]);
    expect(reader.push(' a line\n')).toEqual([]);
    expect(reader.push('\n')).toEqual([{ event: 'message', data: 'half a line' }]);
  });

  it('refuses what never ends', () => {
    const reader = new EventStreamReader();
    const line = 'x'.repeat(400_000);
    expect(() => {
      for (let sent = 0; sent < 4; sent++) reader.push(line);
    }).toThrow('has no end');
    const other = new EventStreamReader();
    expect(() => {
      for (let sent = 0; sent < 4; sent++) other.push(`data: ${line}\n`);
    }).toThrow('has no end');
  });
});
