import type { OnlineStore } from '@larder/online-store';
import { MemoryOnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import { Crash, CrashingContext } from './testing/crash.js';
import type { CrashPoint } from './testing/crash.js';
import { column, nextVersion, oneView } from './testing/snapshots.js';
import type { Reading } from './testing/worker.fixture.js';
import { NOW, PROJECT, WorkerFixture } from './testing/worker.fixture.js';

const hoursAgo = (hours: number): bigint => NOW - BigInt(hours) * 3_600_000_000n;
const PLAIN = oneView({ features: [column('value', 'float64')] });
const WINDOWS = oneView({
  features: [{ name: 'rides', type: 'int64', compute: { kind: 'aggregate', function: 'count', windowSeconds: 7200 } }],
});
const KEYS = [[1n], [2n], [3n]];

interface Scenario {
  /** Brings the view to where the run that dies starts. */
  readonly prepare: (fixture: WorkerFixture) => Promise<void>;
  /** The snapshot that the run works with. */
  readonly snapshot: Snapshot;
  readonly mode?: 'reload';
}

async function loaded(fixture: WorkerFixture, snapshot: Snapshot): Promise<void> {
  const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
  await history.write('a.parquet', [
    [1, 1, hoursAgo(3)],
    [2, 2, hoursAgo(3)],
  ]);
  await fixture.run(snapshot);
  fixture.advanceSeconds(3600);
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'the first run': {
    snapshot: PLAIN,
    prepare: async (fixture) =>
      fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' }).write('a.parquet', [
        [1, 1, hoursAgo(3)],
        [2, 2, hoursAgo(3)],
      ]),
  },
  'an incremental run': {
    snapshot: PLAIN,
    prepare: async (fixture) => {
      await loaded(fixture, PLAIN);
      await fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' }).write('b.parquet', [
        [1, 10, hoursAgo(2)],
        [3, 30, hoursAgo(2)],
      ]);
    },
  },
  'a reload': { snapshot: PLAIN, mode: 'reload', prepare: (fixture) => loaded(fixture, PLAIN) },
  'a reload for another version': {
    snapshot: nextVersion(PLAIN, { features: [column('value', 'float32')] }),
    prepare: (fixture) => loaded(fixture, PLAIN),
  },
  'a run after the store was emptied': {
    snapshot: PLAIN,
    prepare: async (fixture) => {
      await loaded(fixture, PLAIN);
      await fixture.online.close();
    },
  },
  'windows computed again': { snapshot: WINDOWS, prepare: (fixture) => loaded(fixture, WINDOWS) },
};

describe('a worker that is killed', () => {
  async function outcome(
    scenario: Scenario,
    point?: CrashPoint,
  ): Promise<{
    readonly steps: readonly string[];
    readonly before: Reading[];
    readonly between: Reading[];
    readonly after: Reading[];
  }> {
    const online: OnlineStore = new MemoryOnlineStore();
    const fixture = await WorkerFixture.open(online);
    const { snapshot, mode = 'incremental' } = scenario;
    try {
      await scenario.prepare(fixture);
      const before = await fixture.read(snapshot, KEYS);
      const crashing = new CrashingContext(fixture.context, point);
      const failure = await fixture.run(snapshot, { mode }, crashing.context).catch((error: unknown) => error);
      if (point !== undefined) expect(failure).toBeInstanceOf(Crash);
      const between = await fixture.read(snapshot, KEYS);
      await fixture.run(snapshot);
      const after = await fixture.read(snapshot, KEYS);
      await settled(fixture, snapshot);
      return { steps: crashing.steps, before, between, after };
    } finally {
      await fixture.close();
    }
  }

  /** State and pointer agree, and a further run finds nothing to do. */
  async function settled(fixture: WorkerFixture, snapshot: Snapshot): Promise<void> {
    const [state, pointer] = [await fixture.states.read(1), await fixture.online.readPointer(PROJECT, 1)];
    expect(state).toMatchObject({
      generation: pointer?.generation,
      epoch: pointer?.epoch,
      viewVersion: pointer?.viewVersion,
    });
    expect((await fixture.run(snapshot, { requestedBy: 'push' })).plan.kind).toBe('nothing');
  }

  it.each(Object.keys(SCENARIOS))(
    'in %s at any step loses nothing: readers see old or new rows, the next run completes them',
    async (name) => {
      const scenario = SCENARIOS[name] as Scenario;
      const undisturbed = await outcome(scenario);
      expect(undisturbed.steps.length).toBeGreaterThan(6);
      for (const when of ['before', 'after'] as const) {
        for (const step of undisturbed.steps.keys()) {
          const { before, between, after } = await outcome(scenario, { step, when });
          expect({ step: undisturbed.steps[step], when, after }).toEqual({
            step: undisturbed.steps[step],
            when,
            after: undisturbed.after,
          });
          for (const [index, row] of between.entries())
            expect([before[index], undisturbed.after[index]]).toContainEqual(row);
        }
      }
    },
  );
});
