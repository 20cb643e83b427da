import type { MaterializeViewPayload } from '@larder/materialization-queue';
import type { SourceFile } from '@larder/offline-store';
import type { ViewPointer } from '@larder/online-store';
import type { FeatureViewSpec, Instant } from '@larder/registry';
import { findFileChanges, isUnchanged, nextManifest, withTiedFiles } from './file-changes.js';
import type { FileChanges } from './file-changes.js';
import type { LoadedFile, ViewState } from './view-state.js';
import { describesPointer, unusedGeneration } from './view-state.js';

/** All that decides what a run does. */
export interface RunFacts {
  readonly view: Pick<FeatureViewSpec, 'version' | 'computation'>;
  readonly mode: MaterializeViewPayload['mode'];
  readonly requestedBy: MaterializeViewPayload['requestedBy'];
  readonly asOf: Instant;
  readonly state: ViewState | undefined;
  readonly pointer: ViewPointer | undefined;
  /** The source's files in load order; those below it for a SQL source. */
  readonly files: readonly SourceFile[];
  /** The source's files can be read one by one: it is not a SQL source. */
  readonly filesHoldRows: boolean;
}

/** What a run does. `reason` is for people. */
export type RunPlan = NothingToDo | Load;

export interface NothingToDo {
  readonly kind: 'nothing';
  readonly reason: string;
}

export interface Load {
  /** `reload`: into a new generation that then becomes the one readers see. `incremental`: into the one they see, fenced. */
  readonly kind: 'reload' | 'incremental';
  readonly reason: string;
  readonly generation: number;
  /** Paths of the files to read; absent = all rows. */
  readonly files?: readonly string[];
  /** What the state says about the source's files once the run has ended. */
  readonly manifest: readonly LoadedFile[];
}

/** Decides what a run does. Pure. The rules are those of docs/semantics.md, Materialization. */
export function planRun(facts: RunFacts): RunPlan {
  const { state, pointer, files } = facts;
  if (facts.mode === 'reload') return reload(facts, 'requested');
  if (!describesPointer(state, pointer) || pointer?.viewVersion !== facts.view.version)
    return reload(facts, whyReload(facts));
  const changes = findFileChanges(state.files, files);
  if (changes.losses.length > 0) return reload(facts, `rows may have vanished: ${changes.losses.join('; ')}`);
  if (isUnchanged(changes) && !movesWithTime(facts))
    return { kind: 'nothing', reason: 'no file is new, grown or pending' };
  return incremental(facts, state.generation, changes);
}

function incremental({ view, files, filesHoldRows, asOf }: RunFacts, generation: number, changes: FileChanges): Load {
  const reason = isUnchanged(changes) ? 'windows move with time' : changesText(changes);
  if (view.computation === 'windows' || !filesHoldRows) {
    return { kind: 'incremental', reason, generation, manifest: nextManifest(files, { asOf, read: pathsOf(files) }) };
  }
  const read = withTiedFiles(files, new Set([...changes.added, ...changes.grown, ...changes.pending]));
  const manifest = nextManifest(files, { asOf, read: pathsOf(read) });
  return { kind: 'incremental', reason, generation, files: read.map((file) => file.path), manifest };
}

function reload({ state, pointer, files, asOf }: RunFacts, reason: string): Load {
  const manifest = nextManifest(files, { asOf, read: pathsOf(files) });
  return { kind: 'reload', reason, generation: unusedGeneration(state, pointer), manifest };
}

function whyReload({ view, state, pointer }: RunFacts): string {
  if (pointer === undefined)
    return state === undefined
      ? 'never materialized'
      : 'the online store holds no generation: it was emptied, or the first run did not end';
  if (pointer.viewVersion !== view.version)
    return `the definition changed: version ${pointer.viewVersion} is online, version ${view.version} is registered`;
  if (state === undefined) return 'the registry knows nothing of the rows that are online';
  if (state.generation !== pointer.generation)
    return `generation ${pointer.generation} is online, the registry knows generation ${state.generation}`;
  return 'the online store is not as the last run left it: it was replaced, or went back to an older state';
}

/** The values of windows move as time passes, without new rows; a poll for new rows is no reason to compute them again. */
function movesWithTime({ view, requestedBy }: RunFacts): boolean {
  return view.computation === 'windows' && requestedBy !== 'push';
}

function changesText({ added, grown, pending }: FileChanges): string {
  const counts = { new: added.length, grown: grown.length, pending: pending.length };
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  return `files: ${parts.join(', ')}`;
}

function pathsOf(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(files.map((file) => file.path));
}
