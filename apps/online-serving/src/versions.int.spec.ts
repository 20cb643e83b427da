import type { FeatureValue, Snapshot } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import { MemoryOnlineStore, RedisOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import { decodeResponse, Status, valueFromWire } from '@larder/serving-api';
import type { GetOnlineFeaturesResponse } from '@larder/serving-api';
import { startTestRedis } from '@larder/testing';
import type { PlanCache } from './plan-cache.js';
import type { ReadService } from './read-service.js';
import { readsOver } from './testing/serving-fixture.js';
import type { Form } from './testing/versioned-project.js';
import { countValue, materialize, profileValues, USERS, VersionedProject } from './testing/versioned-project.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One project on one store, with its reads; `snapshot` may be replaced at any time, as a watch does. */
class Stage {
  readonly project = new VersionedProject();
  readonly reads: ReadService;
  readonly plans: PlanCache;
  snapshot: Snapshot | undefined;

  constructor(readonly store: OnlineStore) {
    ({ reads: this.reads, plans: this.plans } = readsOver(store, () => this.snapshot));
  }

  async read(selection: string | string[], keys: Record<string, FeatureValue[]>): Promise<GetOnlineFeaturesResponse> {
    const byService = typeof selection === 'string';
    const { bytes } = await this.reads.read(
      {
        project: '',
        featureService: byService ? selection : undefined,
        features: byService ? undefined : selection,
        joinKeys: Object.entries(keys).map(([name, values]) => ({ name, values })),
        fullFeatureNames: false,
        maxAgeMicros: undefined,
      },
      undefined,
    );
    return decodeResponse(bytes);
  }
}

/** An answer's views with names, version and what is in them; `form` by the view's version: that of form 1 is always 1. */
function views(response: GetOnlineFeaturesResponse) {
  return (response.metadata?.views ?? []).map(({ name, featureNames, viewVersion }, index) => ({
    name,
    featureNames,
    form: viewVersion as Form,
    rows: response.entities.map(({ views: rows }) => ({
      status: rows[index]?.status,
      values: rows[index]?.values.map(valueFromWire),
    })),
  }));
}

const NAMES = {
  profile: { 1: ['segment', 'score', 'old_only', 'kept'], 2: ['kept', 'tier', 'score', 'new_only'] },
  counts: { 1: ['views'], 2: ['views'] },
  trips: { 1: ['trips'], 2: ['trips'] },
} as const;

/** Nothing, or what an answer has that a whole answer of the version that it names has not. */
function flaw(view: ReturnType<typeof views>[number]): unknown {
  const wanted = {
    featureNames: NAMES[view.name as keyof typeof NAMES][view.form],
    rows: USERS.map((_, index) => ({
      status: Status.PRESENT,
      values: view.name === 'profile' ? profileValues(view.form, index) : [countValue(view.form, index)],
    })),
  };
  const found = { featureNames: view.featureNames, rows: view.rows };
  return JSON.stringify(found, digits) === JSON.stringify(wanted, digits) ? undefined : view;
}

const digits = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

const BY_USER = { user_id: [...USERS] };
const BY_DEVICE = { device_id: USERS.map((_, index) => index) };

/** Reads of many kinds, again and again until stopped; collects what is wrong. */
class Readers {
  readonly flaws: unknown[] = [];
  readonly seen = new Map<string, number>();
  private stopped = false;
  private readonly running: Promise<void>[];

  constructor(private readonly stage: Stage) {
    this.running = Array.from({ length: 5 }, () => [
      this.repeat(() => stage.read('everything', BY_USER)),
      this.repeat(() => stage.read(['counts:views'], BY_USER)),
      this.repeat(() => this.readByEitherKey()),
    ]).flat();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  /** Until every kind of reader has read this form. */
  async haveSeen(form: Form): Promise<void> {
    while (
      !['profile', 'counts', 'trips'].every((name) => (this.seen.get(`${name} ${form}`) ?? 0) > 0) &&
      this.flaws.length === 0
    )
      await nextTurn();
  }

  /** As an application does whose definitions changed: by the other key when one is refused; here the definitions change back, too. */
  private async readByEitherKey(): Promise<GetOnlineFeaturesResponse> {
    for (const keys of [BY_USER, BY_DEVICE]) {
      try {
        return await this.stage.read('travel', keys);
      } catch (error) {
        if (!isLarderError(error) || error.code !== 'INVALID_ARGUMENT') throw error;
      }
    }
    return this.stage.read('travel', BY_USER);
  }

  private async repeat(read: () => Promise<GetOnlineFeaturesResponse>): Promise<void> {
    while (!this.stopped) {
      try {
        const found = views(await read());
        for (const view of found) {
          const key = `${view.name} ${view.form}`;
          this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
          const wrong = flaw(view);
          if (wrong !== undefined) this.flaws.push(wrong);
        }
      } catch (error) {
        this.flaws.push(error);
      }
      await nextTurn();
    }
  }
}

describe.each([
  ['memory', async () => ({ store: new MemoryOnlineStore() as OnlineStore, close: async () => undefined })],
  [
    'Redis',
    async () => {
      const redis = await startTestRedis();
      const store: OnlineStore = new RedisOnlineStore({ url: redis.url });
      return {
        store,
        close: async () => {
          await store.close();
          await redis.close();
        },
      };
    },
  ],
])('a view gets another version, on %s', (_what, open) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let stage: Stage;
  beforeEach(async () => {
    opened = await open();
    stage = new Stage(opened.store);
    stage.snapshot = stage.project.apply(1);
    await materialize(stage.store, { snapshot: stage.snapshot, form: 1, generation: 1 });
  });
  afterEach(() => opened.close());

  it('answers every read wholly by the version that is live, before, during and after, there and back', async () => {
    const readers = new Readers(stage);
    await readers.haveSeen(1);
    for (let turn = 1; turn <= 6; turn++) {
      const form: Form = turn % 2 === 1 ? 2 : 1;
      const snapshot = stage.project.apply(form);
      stage.snapshot = snapshot;
      for (let wait = 0; wait < turn; wait++) await nextTurn();
      readers.seen.clear();
      await materialize(stage.store, { snapshot, form, generation: turn + 1 });
      await readers.haveSeen(form);
    }
    await readers.stop();
    expect(readers.flaws).toEqual([]);
    expect(readers.seen.get('profile 1')).toBeGreaterThan(0);
  });

  it('reads a feature that only the old version has until the switch, and refuses it from then on', async () => {
    const old = () => stage.read(['profile:old_only'], BY_USER);
    const snapshot = (stage.snapshot = stage.project.apply(2));
    expect(views(await old())).toMatchObject([
      { form: 1, rows: [{ status: Status.PRESENT, values: ['old 0'] }, {}, {}, {}] },
    ]);
    await materialize(stage.store, { snapshot, form: 2, generation: 2 });
    await expect(old()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('unknown feature profile:old_only'),
    });
  });

  it('answers UNAVAILABLE for a feature that only the new version has, and its values from the switch on', async () => {
    const fresh = () => stage.read(['profile:new_only', 'counts:views'], BY_USER);
    await expect(fresh()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const snapshot = (stage.snapshot = stage.project.apply(2));
    const nobody = await stage.read(['profile:new_only'], { user_id: ['nobody'] });
    expect(nobody.entities[0]?.views[0]?.status).toBe(Status.UNAVAILABLE);
    expect(nobody.metadata?.views[0]?.generation).toBe(0);
    expect(views(await fresh())).toMatchObject([
      { name: 'profile', form: 2, rows: USERS.map(() => ({ status: Status.UNAVAILABLE })) },
      { name: 'counts', form: 1, rows: USERS.map((_, index) => ({ status: Status.PRESENT, values: [BigInt(index)] })) },
    ]);
    await materialize(stage.store, { snapshot, form: 2, generation: 2 });
    expect(views(await fresh())[0]?.rows[3]).toEqual({ status: Status.PRESENT, values: ['new 3'] });
  });

  it('takes the old key until the switch, and the new one from then on', async () => {
    const snapshot = (stage.snapshot = stage.project.apply(2));
    expect(views(await stage.read('travel', BY_USER)).map(flaw)).toEqual([undefined]);
    await expect(stage.read('travel', BY_DEVICE)).rejects.toMatchObject({
      message: expect.stringContaining('user_id'),
    });
    await materialize(stage.store, { snapshot, form: 2, generation: 2 });
    expect(views(await stage.read('travel', BY_DEVICE)).map(flaw)).toEqual([undefined]);
    await expect(stage.read('travel', BY_USER)).rejects.toMatchObject({
      message: expect.stringContaining('device_id'),
    });
  });

  it('refuses by the version that is live now, also when nobody has read since the switch back', async () => {
    const second = (stage.snapshot = stage.project.apply(2));
    await materialize(stage.store, { snapshot: second, form: 2, generation: 2 });
    expect(views(await stage.read('travel', BY_DEVICE)).map(flaw)).toEqual([undefined]);
    const third = stage.project.apply(1);
    await materialize(stage.store, { snapshot: third, form: 1, generation: 3 });
    expect(views(await stage.read('travel', BY_USER)).map(flaw)).toEqual([undefined]);
    expect(views(await stage.read(['profile:old_only'], BY_USER))[0]?.rows[3]?.values).toEqual(['old 3']);
    stage.snapshot = third;
    expect(views(await stage.read('travel', BY_USER)).map(flaw)).toEqual([undefined]);
  });
});

describe('the online store is ahead of the snapshot', () => {
  it('answers UNAVAILABLE for the view, asks for the snapshot, and serves as soon as it is there', async () => {
    const store = new MemoryOnlineStore();
    const project = new VersionedProject();
    const first = project.apply(1);
    const second = project.apply(2);
    let asked = 0;
    const stage = new Stage(store);
    stage.snapshot = first;
    const { reads } = readsOver(
      store,
      () => stage.snapshot,
      () => void asked++,
    );
    Object.assign(stage, { reads });
    await materialize(store, { snapshot: first, form: 1, generation: 1 });
    expect(views(await stage.read('everything', BY_USER)).map(flaw)).toEqual([undefined, undefined]);
    expect(asked).toBe(0);
    await materialize(store, { snapshot: second, form: 2, generation: 2 });
    const [profile] = views(await stage.read('everything', BY_USER));
    expect(profile?.rows[0]?.status).toBe(Status.UNAVAILABLE);
    expect(asked).toBeGreaterThan(0);
    stage.snapshot = second;
    expect(views(await stage.read('everything', BY_USER)).map(flaw)).toEqual([undefined, undefined]);
  });
});

describe('the online store does not answer', () => {
  it('answers UNAVAILABLE, not a refusal, when it cannot be known which version is live', async () => {
    const project = new VersionedProject();
    const stage = new Stage(new RedisOnlineStore({ url: 'redis://127.0.0.1:1' }));
    project.apply(1);
    stage.snapshot = project.apply(2);
    await expect(stage.read(['profile:old_only'], BY_USER)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await stage.store.close();
  });
});
