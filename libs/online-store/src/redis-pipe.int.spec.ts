import type { Socket } from 'node:net';
import { entityKeyPrefix } from '@larder/row-format';
import type { TestRedis } from '@larder/testing';
import { startTestRedis } from '@larder/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { parseRedisAddress } from './redis-address.js';
import { MAX_IN_FLIGHT, RedisPipe } from './redis-pipe.js';
import type { RedisProxy } from './redis-proxy.fixture.js';
import { openStranger } from './redis-proxy.fixture.js';
import { RedisOnlineStore } from './redis-online-store.js';
import { encodeCommand } from './redis-socket.js';
import { rowOf } from './rows.fixture.js';

const PING = [Buffer.from(encodeCommand(['PING']))];

describe('RedisPipe', () => {
  let stranger: RedisProxy;
  let pipe: RedisPipe;
  let answer: (text: string) => void;

  /** A pipe whose other end answers what the test says. */
  async function openPipe(silenceTimeoutMs = 30_000): Promise<void> {
    let peer: Socket | undefined;
    stranger = await openStranger((socket) => {
      peer = socket;
      socket.once('data', () => socket.write('+PONG\r\n'));
    });
    pipe = await RedisPipe.open(parseRedisAddress(`redis://127.0.0.1:${stranger.port}`), { silenceTimeoutMs });
    answer = (text) => peer?.write(text);
  }
  afterEach(async () => {
    pipe.close();
    await stranger.close();
  });

  it('counts answers in whatever pieces they come', async () => {
    await openPipe();
    const anyAnswers = fc.array(
      fc.oneof(
        fc.constant('+OK'),
        fc.nat().map((lost) => `:${lost}`),
      ),
      { minLength: 1, maxLength: MAX_IN_FLIGHT },
    );
    await fc.assert(
      fc.asyncProperty(anyAnswers, fc.array(fc.nat({ max: 60 }), { maxLength: 5 }), async (answers, cuts) => {
        for (const _ of answers) pipe.send(PING);
        const text = answers.map((each) => `${each}\r\n`).join('');
        const places = [
          0,
          ...cuts.filter((cut) => cut < text.length).toSorted((left, right) => left - right),
          text.length,
        ];
        for (const [index, place] of places.entries()) {
          answer(text.slice(place, places[index + 1]));
          await new Promise((resolve) => setImmediate(resolve));
        }
        await pipe.idle();
        expect(pipe.takeIntegers()).toBe(
          answers.reduce((sum, each) => sum + (each.startsWith(':') ? Number(each.slice(1)) : 0), 0),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('asks to wait when eight commands are on their way, and refuses a ninth', async () => {
    await openPipe();
    const welcome = Array.from({ length: MAX_IN_FLIGHT }, () => pipe.send(PING));
    expect(welcome).toEqual([true, true, true, true, true, true, true, false]);
    expect(() => pipe.send(PING)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    const drained = pipe.drained();
    answer('+OK\r\n');
    await drained;
    expect(pipe.send(PING)).toBe(false);
  });

  it.each([
    ['-OOM command not allowed', 'RESOURCE_EXHAUSTED', /out of memory.*OOM command not allowed/],
    ['-LOADING Redis is loading', 'UNAVAILABLE', /refused a command: LOADING/],
    ['-READONLY You can not write', 'UNAVAILABLE', /refused a command: READONLY/],
    ['-ERR unknown command', 'FAILED_PRECONDITION', /refused a command: ERR unknown command/],
    ['$5\r\nhello', 'UNAVAILABLE', /an answer that is no line: "\$5"/],
  ])('throws what %j means from then on', async (reply, code, message) => {
    await openPipe();
    pipe.send(PING);
    pipe.send(PING);
    const idle = expect(pipe.idle()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    answer(`+OK\r\n${reply}\r\n+OK\r\n`);
    await idle;
    expect(pipe.send(PING)).toBe(false);
    await expect(pipe.drained()).rejects.toMatchObject({ code });
  });

  it('fails when the other end hangs up, or says nothing for too long', async () => {
    await openPipe(100);
    pipe.send(PING);
    await expect(pipe.idle()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no answer to a write within 100 ms'),
    });
    await stranger.close();
    await openPipe();
    pipe.send(PING);
    const idle = expect(pipe.idle()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await stranger.close();
    await idle;
  });

  it('bears silence while nothing was asked', async () => {
    await openPipe(30);
    await new Promise((resolve) => setTimeout(resolve, 100));
    pipe.send(PING);
    answer('+OK\r\n');
    await expect(pipe.idle()).resolves.toBeUndefined();
  });
});

describe('a writer whose Redis is slow', () => {
  let server: TestRedis;
  let redis: Redis;
  let store: RedisOnlineStore;
  beforeAll(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
    store = new RedisOnlineStore({ url: server.url });
  });
  afterAll(async () => {
    await store.close();
    redis.disconnect();
    await server.close();
  });

  const textOf = (index: number): string => `${index}|`.repeat(100 + (index % 200));
  const rowFor = (index: number): Buffer => rowOf(textOf(index));

  /** The numbers of those rows that are not in Redis as they were written; absent ones count only when all must be there. */
  async function tornRows(project: string, rows: number, absent: 'torn' | 'fine'): Promise<number[]> {
    const torn: number[] = [];
    for (let at = 0; at < rows; at += 1000) {
      const found = await redis.mgetBuffer(
        Array.from({ length: 1000 }, (_, offset) => `${entityKeyPrefix(project, `i${at + offset}`)}1.1`),
      );
      for (const [offset, row] of found.entries()) {
        const fine = row === null ? absent === 'fine' : row.equals(rowFor(at + offset));
        if (!fine) torn.push(at + offset);
      }
    }
    return torn;
  }

  it.each(['fresh', 'fenced'] as const)(
    'tears no bytes of %s rows: its buffers are reused only after the answers',
    async (mode) => {
      const ROWS = 15_000;
      const writer = await store.openWriter({ project: mode, viewId: 1, generation: 1, mode });
      for (let index = 0; index < ROWS; index++) {
        if (index % 2000 === 0) await redis.client('PAUSE', 40, 'ALL');
        if (!writer.add(`i${index}`, rowFor(index))) await writer.drained();
      }
      expect(await writer.finish()).toMatchObject({ written: ROWS, fenced: 0 });
      expect(await tornRows(mode, ROWS, 'torn')).toEqual([]);
    },
  );

  it('tears no bytes either when its caller does not wait: it refuses the row', async () => {
    const ROWS = 15_000;
    const writer = await store.openWriter({ project: 'hasty', viewId: 1, generation: 1, mode: 'fresh' });
    await redis.client('PAUSE', 200, 'ALL');
    const addAll = (): void => {
      for (let index = 0; index < ROWS; index++) writer.add(`i${index}`, rowFor(index));
    };
    expect(addAll).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('drained()') }),
    );
    await writer.drained();
    await writer.finish();
    expect(await redis.dbsize()).toBeGreaterThan(0);
    expect(await tornRows('hasty', ROWS, 'fine')).toEqual([]);
  });
});
