import type { FeatureSpec } from '@larder/registry';
import { formatInstant, parseInstant } from '@larder/registry';
import type { OnlineStore } from '@larder/online-store';
import { MemoryOnlineStore, RedisOnlineStore } from '@larder/online-store';
import type { TestRedis } from '@larder/testing';
import { startTestRedis } from '@larder/testing';
import { column, nextVersion, oneView, viewOf } from './testing/snapshots.js';
import { NOW, PROJECT, stored, WorkerFixture } from './testing/worker.fixture.js';

const HOUR = 3_600_000_000n;
const hoursAgo = (hours: number): bigint => NOW - BigInt(Math.round(hours * 3600)) * 1_000_000n;

const VALUE = oneView({ features: [column('value', 'float64')], source: { createdTime: 'created' } });
const COLUMNS = { driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP', created: 'TIMESTAMP' };

interface Store {
  readonly online: OnlineStore;
  close(): Promise<void>;
}

async function memoryStore(): Promise<Store> {
  const online = new MemoryOnlineStore();
  return { online, close: () => online.close() };
}

async function redisStore(): Promise<Store> {
  const redis: TestRedis = await startTestRedis();
  const online = new RedisOnlineStore({ url: redis.url });
  const close = async (): Promise<void> => {
    await online.close();
    await redis.close();
  };
  return { online, close };
}

describe.each([
  ['in memory', memoryStore],
  ['on Redis', redisStore],
])('runMaterialization %s', (_name, openStore) => {
  let store: Store;
  let fixture: WorkerFixture;

  beforeEach(async () => {
    store = await openStore();
    fixture = await WorkerFixture.open(store.online);
  });

  afterEach(async () => {
    await fixture.close();
    await store.close();
  });

  const value = (each: number | null, hours: number): Buffer => stored(viewOf(VALUE), [each], instant(hoursAgo(hours)));

  it('golden: driver rows as of an hour ago, then now', async () => {
    const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
    const snapshot = oneView({ features: [column('value', 'float64')] });
    const zoned = (hours: number, zone: number): string =>
      `${formatInstant(hoursAgo(hours) + BigInt(zone) * HOUR).slice(0, 19)}${zone < 0 ? '-' : '+'}0${Math.abs(zone)}:00`;
    await history.write('rows.parquet', [
      [1, 0.1, hoursAgo(4)],
      [2, null, NOW],
      [1, 0.3, hoursAgo(3)],
      [3, 4, zoned(4, 2)],
      [3, 5, zoned(1, -8)],
    ]);
    const asOf = formatInstant(hoursAgo(1) - 1_000_000n);
    expect(await fixture.run(snapshot, { asOf })).toMatchObject({
      plan: { kind: 'reload', generation: 1, reason: 'never materialized' },
      written: { written: 2 },
    });
    expect(await fixture.read(snapshot, [[1n], [2n], [3n]])).toEqual([value(0.3, 3), 'NOT_FOUND', value(4, 4)]);
    expect(await fixture.run(snapshot)).toMatchObject({
      plan: { kind: 'incremental', generation: 1, reason: 'files: 1 pending' },
    });
    expect(await fixture.read(snapshot, [[1n], [2n], [3n]])).toEqual([value(0.3, 3), value(null, 0), value(5, 1)]);
    expect(await fixture.run(snapshot)).toMatchObject({ plan: { kind: 'nothing' } });
  });

  it.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]]])(
    'golden: batches t1→10, t2→20, t3→30 in the order %j leave 30, and a later t1 changes nothing',
    async (order) => {
      const history = fixture.history(COLUMNS);
      for (const each of order) {
        await history.write(`t${each}.parquet`, [[1, each * 10, hoursAgo(10 - each), null]]);
        fixture.advanceSeconds(60);
        await fixture.run(VALUE);
      }
      expect(await fixture.read(VALUE, [[1n]])).toEqual([value(30, 7)]);
      await history.write('t1-again.parquet', [[1, 99, hoursAgo(9), null]]);
      expect(await fixture.run(VALUE)).toMatchObject({
        plan: { kind: 'incremental' },
        written: { rowsRead: 1, written: 0, fenced: 1 },
      });
      expect(await fixture.read(VALUE, [[1n]])).toEqual([value(30, 7)]);
    },
  );

  it('loads late rows whatever their event time, and corrections of the same event time', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5), hoursAgo(5)],
      [2, 2, hoursAgo(5), hoursAgo(5)],
    ]);
    await fixture.run(VALUE);
    await history.write('b.parquet', [
      [1, 10, hoursAgo(5), hoursAgo(1)],
      [2, 20, hoursAgo(6), hoursAgo(1)],
      [3, 30, hoursAgo(700), hoursAgo(1)],
    ]);
    expect(await fixture.run(VALUE)).toMatchObject({
      plan: { files: [history.path('b.parquet')] },
      written: { rowsRead: 3, written: 2, fenced: 1 },
    });
    expect(await fixture.read(VALUE, [[1n], [2n], [3n]])).toEqual([value(10, 5), value(2, 5), value(30, 700)]);
  });

  it('lets a null overwrite an older value, and skips rows without an entity', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5), null],
      [null, 7, hoursAgo(5), null],
    ]);
    expect(await fixture.run(VALUE)).toMatchObject({ written: { written: 1, nullKeys: 1 } });
    await history.write('b.parquet', [
      [1, null, hoursAgo(4), null],
      [null, 8, hoursAgo(4), null],
    ]);
    expect(await fixture.run(VALUE)).toMatchObject({ written: { written: 1, nullKeys: 1 } });
    expect(await fixture.read(VALUE, [[1n]])).toEqual([value(null, 4)]);
  });

  it('says NOT_FOUND, not UNAVAILABLE, once a source without rows has been materialized', async () => {
    await fixture.history(COLUMNS).write('a.parquet', []);
    expect(await fixture.read(VALUE, [[1n]])).toEqual(['UNAVAILABLE']);
    const report = await fixture.run(VALUE);
    expect(report).toMatchObject({ plan: { kind: 'reload', generation: 1 }, written: { written: 0 } });
    expect(report.watermark).toBeUndefined();
    expect(await fixture.read(VALUE, [[1n]])).toEqual(['NOT_FOUND']);
  });

  it('keeps a watermark inside the data and inside the as-of time, and never takes it back', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [[1, 1, hoursAgo(5), hoursAgo(4)]]);
    expect((await fixture.run(VALUE)).watermark).toBe(hoursAgo(4));
    await history.write('b.parquet', [[1, 1, hoursAgo(3), NOW + HOUR]]);
    expect((await fixture.run(VALUE)).watermark).toBe(NOW);
    await history.write('c.parquet', [[2, 1, hoursAgo(9), null]]);
    expect((await fixture.run(VALUE, { asOf: formatInstant(hoursAgo(8)) })).watermark).toBe(NOW);
    expect((await fixture.run(VALUE, { asOf: formatInstant(NOW + 100n * HOUR) })).asOf).toBe(NOW);
  });

  it('deletes by tombstone rows and brings back by newer ones', async () => {
    const snapshot = oneView({ features: [column('value', 'float64')], source: { tombstone: 'gone' } });
    const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP', gone: 'BOOLEAN' });
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5), false],
      [2, 2, hoursAgo(5), null],
    ]);
    await fixture.run(snapshot);
    await history.write('b.parquet', [
      [1, null, hoursAgo(4), true],
      [2, null, hoursAgo(6), true],
    ]);
    await fixture.run(snapshot);
    expect(await fixture.read(snapshot, [[1n], [2n]])).toEqual(['DELETED', value(2, 5)]);
    await history.write('c.parquet', [[1, 3, hoursAgo(3), false]]);
    await fixture.run(snapshot);
    expect(await fixture.read(snapshot, [[1n]])).toEqual([value(3, 3)]);
  });

  it('reloads into a new generation when a file is gone, lost rows or was rewritten, and says why', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5), null],
      [2, 2, hoursAgo(5), null],
    ]);
    await history.write('b.parquet', [[3, 3, hoursAgo(5), null]]);
    await fixture.run(VALUE);
    await history.write('a.parquet', [[1, 1, hoursAgo(5), null]]);
    const lost = await fixture.run(VALUE);
    expect(lost.plan).toMatchObject({
      kind: 'reload',
      generation: 2,
      reason: expect.stringContaining('a.parquet lost rows'),
    });
    expect(await fixture.read(VALUE, [[1n], [2n], [3n]])).toEqual([value(1, 5), 'NOT_FOUND', value(3, 5)]);
    await history.write('a.parquet', [[1, 111, hoursAgo(6), null]]);
    const rewritten = await fixture.run(VALUE);
    expect(rewritten.plan).toMatchObject({
      kind: 'reload',
      generation: 3,
      reason: expect.stringContaining('a.parquet was rewritten'),
    });
    expect(await fixture.read(VALUE, [[1n]])).toEqual([value(111, 6)]);
    await history.remove('b.parquet');
    expect((await fixture.run(VALUE)).plan).toMatchObject({
      kind: 'reload',
      generation: 4,
      reason: expect.stringContaining('b.parquet is gone'),
    });
    expect(await fixture.read(VALUE, [[3n]])).toEqual(['NOT_FOUND']);
  });

  it('loads a file that has grown without a reload', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [[1, 1, hoursAgo(5), null]]);
    await fixture.run(VALUE);
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5), null],
      [1, 2, hoursAgo(4), null],
    ]);
    expect(await fixture.run(VALUE)).toMatchObject({ plan: { kind: 'incremental', reason: 'files: 1 grown' } });
    expect(await fixture.read(VALUE, [[1n]])).toEqual([value(2, 4)]);
  });

  it('decides ties between files as offline does: the later file wins, whichever is read again', async () => {
    const snapshot = oneView({ features: [column('value', 'float64')] });
    const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5)],
      [9, 9, NOW + HOUR],
    ]);
    await history.write('b.parquet', [[1, 2, hoursAgo(5)]]);
    await fixture.run(snapshot);
    fixture.advanceSeconds(60);
    expect(await fixture.run(snapshot)).toMatchObject({ plan: { reason: 'files: 1 pending' } });
    expect(await fixture.read(snapshot, [[1n]])).toEqual([value(2, 5)]);
    await history.write('0.parquet', [[1, 3, hoursAgo(5)]]);
    fixture.advanceSeconds(60);
    await fixture.run(snapshot);
    expect(await fixture.read(snapshot, [[1n]])).toEqual([value(2, 5)]);
  });

  it('reloads under a new generation when the definition changed, and reads stay whole', async () => {
    const history = fixture.history({ ...COLUMNS, other: 'VARCHAR' });
    await history.write('a.parquet', [[1, 1, hoursAgo(5), null, 'x']]);
    await fixture.run(VALUE);
    const changed = nextVersion(VALUE, { features: [column('value', 'float64'), column('other', 'string')] });
    const { plan } = await fixture.run(changed);
    expect(plan).toMatchObject({
      kind: 'reload',
      generation: 2,
      reason: 'the definition changed: version 1 is online, version 2 is registered',
    });
    expect(await fixture.online.readPointer(PROJECT, 1)).toMatchObject({
      viewVersion: 2,
      generation: 2,
      previousGeneration: 1,
    });
    expect(await fixture.read(changed, [[1n]])).toEqual([stored(viewOf(changed), [1, 'x'], instant(hoursAgo(5)))]);
  });

  it('computes SQL sources again, in full and fenced, when a file below them changed, else not', async () => {
    const snapshot = oneView({
      features: [column('total', 'float64')],
      sources: [
        { kind: 'parquet', name: 'rides', path: 'history/*.parquet', eventTime: 'at' },
        {
          kind: 'sql',
          name: 'history',
          query: 'SELECT driver_id, max("at") AS "at", sum(value) AS total FROM {rides} GROUP BY driver_id',
          reads: ['rides'],
          eventTime: 'at',
        },
      ],
    });
    const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
    await history.write('a.parquet', [
      [1, 1, hoursAgo(5)],
      [2, 5, hoursAgo(5)],
    ]);
    expect((await fixture.run(snapshot)).watermark).toBe(hoursAgo(5));
    expect((await fixture.run(snapshot)).plan).toMatchObject({ kind: 'nothing' });
    await history.write('b.parquet', [[1, 10, hoursAgo(4)]]);
    expect(await fixture.run(snapshot)).toMatchObject({
      plan: { kind: 'incremental', generation: 1 },
      written: { rowsRead: 2 },
      watermark: hoursAgo(4),
    });
    expect(await fixture.read(snapshot, [[1n], [2n]])).toEqual([
      stored(viewOf(snapshot), [11], instant(hoursAgo(4))),
      stored(viewOf(snapshot), [5], instant(hoursAgo(5))),
    ]);
  });

  describe('windows', () => {
    const count: FeatureSpec = {
      name: 'rides_2h',
      type: 'int64',
      compute: { kind: 'aggregate', function: 'count', windowSeconds: 7200 },
    };
    const sum: FeatureSpec = {
      name: 'value_2h',
      type: 'float64',
      compute: { kind: 'aggregate', function: 'sum', column: 'value', windowSeconds: 7200 },
    };
    const WINDOWS = oneView({ features: [count, sum] });
    const windowsOf = (rides: bigint, total: number | null, hours: number): Buffer =>
      stored(viewOf(WINDOWS), [rides, total], instant(hoursAgo(hours)));

    it('move with time without new rows: what left the window is gone, with an empty value and a fresh age', async () => {
      const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
      await history.write('a.parquet', [
        [1, 1, hoursAgo(1.5)],
        [1, 2, hoursAgo(0.5)],
        [2, 5, hoursAgo(1.9)],
      ]);
      await fixture.run(WINDOWS);
      expect(await fixture.read(WINDOWS, [[1n], [2n], [3n]])).toEqual([
        windowsOf(2n, 3, 0.5),
        windowsOf(1n, 5, 1.9),
        'NOT_FOUND',
      ]);
      fixture.advanceSeconds(3600);
      expect(await fixture.run(WINDOWS)).toMatchObject({
        plan: { kind: 'incremental', generation: 1, reason: 'windows move with time' },
        written: { fenced: 0 },
      });
      expect(await fixture.read(WINDOWS, [[1n], [2n]])).toEqual([windowsOf(1n, 2, 0.5), windowsOf(0n, null, 1.9)]);
    });

    it('never take back a later computation by one as of an earlier time', async () => {
      const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
      await history.write('a.parquet', [
        [1, 1, hoursAgo(2.5)],
        [1, 2, hoursAgo(1)],
      ]);
      await fixture.run(WINDOWS);
      expect(await fixture.run(WINDOWS, { asOf: formatInstant(hoursAgo(2)) })).toMatchObject({
        written: { written: 0, fenced: 1 },
      });
      expect(await fixture.read(WINDOWS, [[1n]])).toEqual([windowsOf(1n, 2, 1)]);
    });

    it('are left alone by a poll that found nothing new', async () => {
      await fixture
        .history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' })
        .write('a.parquet', [[1, 1, hoursAgo(1)]]);
      await fixture.run(WINDOWS);
      fixture.advanceSeconds(3600);
      expect((await fixture.run(WINDOWS, { requestedBy: 'push' })).plan).toMatchObject({ kind: 'nothing' });
    });

    it('take a correction that arrives at the same as-of time', async () => {
      const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
      await history.write('a.parquet', [[1, 1, hoursAgo(1)]]);
      await fixture.run(WINDOWS);
      await history.write('b.parquet', [[1, 4, hoursAgo(0.5)]]);
      await fixture.run(WINDOWS);
      expect(await fixture.read(WINDOWS, [[1n]])).toEqual([windowsOf(2n, 5, 0.5)]);
    });
  });

  it('reads every kind of join key and of value', async () => {
    const joinKeys = [
      { name: 'a_text', type: 'string' },
      { name: 'b_day', type: 'date' },
      { name: 'c_flag', type: 'bool' },
      { name: 'd_time', type: 'timestamp' },
      { name: 'e_small', type: 'int32' },
      { name: 'f_bytes', type: 'bytes' },
    ] as const;
    const snapshot = oneView({
      joinKeys,
      features: [
        column('tags', 'list<string>'),
        column('price', 'decimal'),
        column('day', 'date'),
        column('ok', 'bool'),
      ],
    });
    const columns = {
      a_text: 'VARCHAR',
      b_day: 'DATE',
      c_flag: 'BOOLEAN',
      d_time: 'TIMESTAMP',
      e_small: 'INTEGER',
      f_bytes: 'BLOB',
      at: 'TIMESTAMP',
      tags: 'VARCHAR[]',
      price: 'DECIMAL(20,2)',
      day: 'DATE',
      ok: 'BOOLEAN',
    };
    await fixture
      .history(columns)
      .write('a.parquet', [
        [
          'x,y:{%}',
          '1969-12-31',
          false,
          -1n,
          -7,
          '\\x00\\xFF',
          hoursAgo(1),
          '[a, b]',
          '123456789012345678.25',
          '2026-02-28',
          true,
        ],
      ]);
    await fixture.run(snapshot);
    const key = ['x,y:{%}', '1969-12-31', false, -1n, -7, Uint8Array.of(0, 255)];
    expect(await fixture.read(snapshot, [key])).toEqual([
      stored(viewOf(snapshot), [['a', 'b'], '123456789012345678.25', '2026-02-28', true], instant(hoursAgo(1))),
    ]);
  });

  it('fails with what is wrong with the source, and leaves everything as it was', async () => {
    const history = fixture.history(COLUMNS);
    await history.write('a.parquet', [[1, 1, hoursAgo(5), null]]);
    await fixture.run(VALUE);
    const before = [await fixture.states.read(1), await fixture.online.readPointer(PROJECT, 1)];
    const wrong = nextVersion(VALUE, { features: [column('missing', 'float64')] });
    await expect(fixture.run(wrong)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('missing'),
    });
    await history.remove('a.parquet');
    await expect(fixture.run(VALUE)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('history/*.parquet'),
    });
    expect([await fixture.states.read(1), await fixture.online.readPointer(PROJECT, 1)]).toEqual(before);
    expect(await fixture.read(VALUE, [[1n]])).toEqual([value(1, 5)]);
  });
});

function instant(micros: bigint): ReturnType<typeof parseInstant> {
  return parseInstant(formatInstant(micros));
}
