import { instantFromMicros } from '@larder/registry';
import type { SourceFile } from '@larder/offline-store';
import type { ViewPointer } from '@larder/online-store';
import { findFileChanges, latestKnownTime, nextManifest, withTiedFiles } from './file-changes.js';
import { removableGenerations } from './old-generations.js';
import { planRun } from './plan-run.js';
import type { RunFacts } from './plan-run.js';
import type { LoadedFile, ViewState } from './view-state.js';
import { fromStored, toStored } from './view-state.js';

const at = (seconds: number): ReturnType<typeof instantFromMicros> => instantFromMicros(BigInt(seconds) * 1_000_000n);

/** A file with rows of these event times, all known by `known`. */
function file(
  path: string,
  {
    from = 0,
    to = from,
    known = to,
    rows = 2,
    modified = 1,
  }: { from?: number; to?: number; known?: number; rows?: number; modified?: number } = {},
): SourceFile {
  return {
    path,
    bytes: rows * 10,
    modifiedMicros: BigInt(modified),
    rows,
    minEventTime: at(from),
    maxEventTime: at(to),
    maxKnownTime: at(known),
  };
}

function loadedFile({ path, bytes, modifiedMicros, rows }: SourceFile, pending = false): LoadedFile {
  return { path, bytes, modifiedMicros, rows, pending };
}

const POINTER: ViewPointer = { viewVersion: 1, generation: 3, epoch: 'e' };
const STATE: ViewState = {
  viewVersion: 1,
  generation: 3,
  epoch: 'e',
  files: [loadedFile(file('a'))],
  updatedAt: at(0),
  revision: 5,
  watermark: at(0),
};
const FACTS: RunFacts = {
  view: { version: 1, computation: 'columns' },
  mode: 'incremental',
  requestedBy: 'schedule',
  asOf: at(100),
  state: STATE,
  pointer: POINTER,
  files: [file('a')],
  filesHoldRows: true,
};

describe('planRun', () => {
  it('does nothing when nothing changed', () => {
    expect(planRun(FACTS)).toEqual({ kind: 'nothing', reason: 'no file is new, grown or pending' });
  });

  it.each([
    ['reload was requested', { mode: 'reload' }, /requested/, 4],
    ['the view was never materialized', { state: undefined, pointer: undefined }, /never/, 1],
    ['the store was emptied', { pointer: undefined }, /no generation/, 4],
    ['the store was replaced', { pointer: { ...POINTER, epoch: 'other' } }, /not as the last run left it/, 4],
    ['the registry lost the state', { state: undefined }, /knows nothing/, 4],
    [
      'a run began a generation and did not end',
      { state: { ...STATE, generation: 7 } },
      /generation 3 is online, the registry knows generation 7/,
      8,
    ],
    ['the definition changed', { view: { version: 2, computation: 'columns' } }, /version 1 is online, version 2/, 4],
    [
      'readers were rolled back',
      { pointer: { ...POINTER, generation: 2, previousGeneration: 9 } },
      /generation 2 is online/,
      10,
    ],
    ['a file is gone', { files: [] }, /a is gone/, 4],
  ] as const)('reloads into an unused generation when %s', (_name, facts, reason, generation) => {
    const plan = planRun({ ...FACTS, ...facts });
    expect(plan).toMatchObject({ kind: 'reload', generation, reason: expect.stringMatching(reason) });
    expect(plan).not.toHaveProperty('files');
  });

  it('reads only what is new, grown or pending', () => {
    const files = [
      file('a', { from: 0 }),
      file('b', { from: 10, rows: 3, modified: 2 }),
      file('c', { from: 20 }),
      file('d', { from: 30 }),
      file('e', { from: 40 }),
    ];
    const [a, b, c, d] = files as [SourceFile, SourceFile, SourceFile, SourceFile];
    const state = {
      ...STATE,
      files: [loadedFile(a), { ...loadedFile(b), rows: 2, bytes: 20 }, loadedFile(c, true), loadedFile(d)],
    };
    expect(planRun({ ...FACTS, state, files })).toMatchObject({
      kind: 'incremental',
      generation: 3,
      files: ['b', 'c', 'e'],
      reason: 'files: 1 new, 1 grown, 1 pending',
    });
  });

  it('computes windows and SQL in full, windows also when nothing changed, but not for a poll', () => {
    const windows = { version: 1, computation: 'windows' } as const;
    expect(planRun({ ...FACTS, view: windows })).toMatchObject({
      kind: 'incremental',
      reason: 'windows move with time',
    });
    expect(planRun({ ...FACTS, view: windows })).not.toHaveProperty('files');
    expect(planRun({ ...FACTS, view: windows, requestedBy: 'push' }).kind).toBe('nothing');
    expect(planRun({ ...FACTS, filesHoldRows: false }).kind).toBe('nothing');
    const sql = planRun({ ...FACTS, filesHoldRows: false, files: [file('a'), file('b')] });
    expect(sql).toMatchObject({ kind: 'incremental', reason: 'files: 1 new' });
    expect(sql).not.toHaveProperty('files');
  });

  it('keeps a file pending until all its rows are known', () => {
    const files = [file('a'), file('b', { from: 50, known: 101 }), file('c', { from: 60, known: 100 })];
    const plan = planRun({ ...FACTS, files });
    expect(plan).toMatchObject({
      manifest: [
        { path: 'a', pending: false },
        { path: 'b', pending: true },
        { path: 'c', pending: false },
      ],
    });
  });
});

describe('findFileChanges', () => {
  it('tells grown files from rewritten ones by their rows', () => {
    const loaded = [
      loadedFile(file('same')),
      loadedFile(file('grown')),
      loadedFile(file('fewer')),
      loadedFile(file('touched')),
      loadedFile(file('gone')),
    ];
    const current = [
      file('same'),
      file('grown', { rows: 3, modified: 2 }),
      file('fewer', { rows: 1, modified: 2 }),
      file('touched', { modified: 2 }),
      file('new'),
    ];
    expect(findFileChanges(loaded, current)).toEqual({
      added: ['new'],
      grown: ['grown'],
      pending: [],
      losses: ['gone is gone', 'fewer lost rows', 'touched was rewritten'],
    });
  });
});

describe('withTiedFiles', () => {
  const files = [
    file('a', { from: 0, to: 10 }),
    file('b', { from: 10, to: 20 }),
    file('c', { from: 20, to: 30 }),
    file('d', { from: 31, to: 40 }),
  ];
  const paths = (...wanted: string[]): string[] => withTiedFiles(files, new Set(wanted)).map((each) => each.path);

  it('adds later files that share event times, and those that share theirs', () => {
    expect(paths('a')).toEqual(['a', 'b', 'c']);
    expect(paths('d')).toEqual(['d']);
  });

  it('adds no earlier file: its rows lose ties anyway', () => {
    expect(paths('c')).toEqual(['c']);
  });

  it('takes files without rows as they are', () => {
    const { minEventTime: _min, maxEventTime: _max, maxKnownTime: _known, ...empty } = file('a', { rows: 0 });
    expect(withTiedFiles([empty, ...files.slice(1)], new Set(['a'])).map((each) => each.path)).toEqual(['a']);
    expect(nextManifest([empty], { asOf: at(0), read: new Set(['a']) })).toMatchObject([{ pending: false }]);
    expect(latestKnownTime([empty])).toBeUndefined();
  });
});

describe('removableGenerations', () => {
  it('are the one that was replaced and the one that was begun', () => {
    expect(removableGenerations(STATE, { ...POINTER, previousGeneration: 2 })).toEqual([2]);
    expect(removableGenerations({ ...STATE, generation: 4 }, { ...POINTER, previousGeneration: 2 })).toEqual([2, 4]);
    expect(removableGenerations(STATE, undefined)).toEqual([3]);
  });

  it('are none while all is in use: readers that were rolled back may go forward again', () => {
    expect(removableGenerations(STATE, POINTER)).toEqual([]);
    expect(
      removableGenerations({ ...STATE, generation: 2 }, { ...POINTER, generation: 2, previousGeneration: 3 }),
    ).toEqual([]);
    expect(removableGenerations(undefined, undefined)).toEqual([]);
  });
});

describe('a view state', () => {
  it('survives being stored', () => {
    const { updatedAt: _updatedAt, revision, ...next } = { ...STATE, asOf: at(99) };
    const stored = { ...toStored(7, next), revision, updatedAt: '1970-01-01T00:00:00Z' };
    expect(fromStored(JSON.parse(JSON.stringify(stored)) as typeof stored)).toEqual({ ...STATE, asOf: at(99) });
  });
});
