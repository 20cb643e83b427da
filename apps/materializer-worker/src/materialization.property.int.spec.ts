import fc from 'fast-check';
import type { Snapshot } from '@larder/registry';
import { formatInstant, instantFromMicros } from '@larder/registry';
import { Crash, CrashingContext } from './testing/crash.js';
import type { CrashPoint } from './testing/crash.js';
import type { ModelRow } from './testing/model-history.js';
import { ModelHistory, toCells } from './testing/model-history.js';
import { column, oneView, viewOf } from './testing/snapshots.js';
import type { Reading } from './testing/worker.fixture.js';
import { NOW, stored, WorkerFixture } from './testing/worker.fixture.js';

const KEYS = [0, 1, 2, 3];
const FILES = ['a', 'b', 'c', 'd'].map((name) => `${name}.parquet`);
const COLUMNS = { driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP', created: 'TIMESTAMP', gone: 'BOOLEAN' };
const HOUR = 3600;

type Action =
  | { readonly kind: 'write'; readonly file: string; readonly rows: readonly ModelRow[] }
  | { readonly kind: 'append'; readonly file: string; readonly rows: readonly ModelRow[] }
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'pass'; readonly seconds: number }
  | {
      readonly kind: 'run';
      readonly mode: 'incremental' | 'reload';
      readonly hoursBack: number | null;
      readonly crash: CrashPoint | null;
    }
  | { readonly kind: 'empty the store' };

/** Few keys and few times, so that ties, late rows and rows of the future are the rule. */
function anyRow(withCreated: boolean): fc.Arbitrary<ModelRow> {
  return fc.record({
    key: fc.constantFrom(...KEYS),
    value: fc.option(fc.integer({ min: 0, max: 99 })),
    event: fc.integer({ min: -4, max: 2 }).map((hours) => hours * HOUR),
    created: withCreated ? fc.option(fc.integer({ min: -4, max: 4 }).map((hours) => hours * HOUR)) : fc.constant(null),
    gone: fc.integer({ min: 0, max: 4 }).map((each) => each === 0),
  });
}

function anyAction(withCreated: boolean): fc.Arbitrary<Action> {
  const file = fc.constantFrom(...FILES);
  const rows = fc.array(anyRow(withCreated), { minLength: 1, maxLength: 4 });
  const crash = fc.option(
    fc.record({ step: fc.integer({ min: 0, max: 14 }), when: fc.constantFrom('before' as const, 'after' as const) }),
    { freq: 1 },
  );
  const run = fc.record({
    kind: fc.constant('run' as const),
    mode: fc.constantFrom('incremental' as const, 'incremental' as const, 'incremental' as const, 'reload' as const),
    hoursBack: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 1 }),
    crash,
  });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), file, rows }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), file, rows }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), file }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(60, HOUR, 2 * HOUR) }),
    },
    { weight: 6, arbitrary: run },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('empty the store' as const) }) },
  );
}

/** One history, loaded by a worker and known to the oracle. */
class Subject {
  private readonly model = new ModelHistory();
  /** Files that lost rows since the last run: adding to them too would look like a file that has only grown (docs/semantics.md). */
  private readonly reduced = new Set<string>();
  /** Rows of each file at the last run. */
  private readonly loadedRows = new Map<string, number>();
  private elapsed = 0;

  constructor(
    private readonly fixture: WorkerFixture,
    private readonly snapshot: Snapshot,
  ) {}

  async act(action: Action): Promise<void> {
    switch (action.kind) {
      case 'write':
        return this.rewrite(action.file, action.rows);
      case 'append':
        return this.append(action.file, action.rows);
      case 'remove':
        return this.remove(action.file);
      case 'pass':
        this.elapsed += action.seconds;
        this.fixture.advanceSeconds(action.seconds);
        return;
      case 'run':
        return this.run(action);
      case 'empty the store':
        return this.fixture.online.close();
    }
  }

  /** A last run, undisturbed, must leave what the oracle says. */
  async expectNewest(): Promise<void> {
    await this.fixture.run(this.snapshot);
    const wanted = KEYS.map((key) => this.reading(this.model.newest(key, this.elapsed)));
    expect(
      await this.fixture.read(
        this.snapshot,
        KEYS.map((key) => [BigInt(key)]),
      ),
    ).toEqual(wanted);
  }

  get hasFiles(): boolean {
    return this.model.files.size > 0;
  }

  private async run({ mode, hoursBack, crash }: Extract<Action, { kind: 'run' }>): Promise<void> {
    if (!this.hasFiles) return;
    const asOf =
      hoursBack === null
        ? {}
        : { asOf: formatInstant(instantFromMicros(this.fixture.clock.now() - BigInt(hoursBack * HOUR) * 1_000_000n)) };
    const { context } = new CrashingContext(this.fixture.context, crash ?? undefined);
    try {
      await this.fixture.run(this.snapshot, { mode, ...asOf }, context);
      this.reduced.clear();
      for (const [file, rows] of this.model.files) this.loadedRows.set(file, rows.length);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  private async rewrite(file: string, rows: readonly ModelRow[]): Promise<void> {
    const before = this.model.files.get(file);
    if (before === undefined) return this.append(file, rows);
    this.reduced.add(file);
    return this.write(file, rows.slice(0, Math.min(before.length, this.loadedRows.get(file) ?? before.length)));
  }

  private async append(file: string, rows: readonly ModelRow[]): Promise<void> {
    if (!this.reduced.has(file)) await this.write(file, [...(this.model.files.get(file) ?? []), ...rows]);
  }

  private async write(file: string, rows: readonly ModelRow[]): Promise<void> {
    this.model.files.set(file, rows);
    await this.fixture.history(COLUMNS).write(
      file,
      rows.map((row) => toCells(row, NOW)),
    );
  }

  private async remove(file: string): Promise<void> {
    if (this.model.files.size < 2 || !this.model.files.delete(file)) return;
    this.reduced.add(file);
    await this.fixture.history(COLUMNS).remove(file);
  }

  private reading(row: ModelRow | undefined): Reading {
    if (row === undefined) return 'NOT_FOUND';
    return row.gone
      ? 'DELETED'
      : stored(viewOf(this.snapshot), [row.value], instantFromMicros(NOW + BigInt(row.event) * 1_000_000n));
  }
}

describe('whatever happens to files, clock, worker and store', () => {
  it.each([
    ['with a created time', true],
    ['without a created time', false],
  ])(
    'the next run leaves the newest known row of every entity, %s',
    async (_name, withCreated) => {
      const source = { tombstone: 'gone', ...(withCreated ? { createdTime: 'created' } : {}) };
      const snapshot = oneView({ features: [column('value', 'float64')], source });
      await fc.assert(
        fc.asyncProperty(fc.array(anyAction(withCreated), { minLength: 2, maxLength: 14 }), async (actions) => {
          const fixture = await WorkerFixture.open();
          const subject = new Subject(fixture, snapshot);
          try {
            for (const action of actions) await subject.act(action);
            if (subject.hasFiles) await subject.expectNewest();
          } finally {
            await fixture.close();
          }
        }),
        { numRuns: Number(process.env['LARDER_PROPERTY_RUNS'] ?? 40) },
      );
    },
    300_000,
  );
});
