import type { Instant } from '@larder/registry';
import { instantFromMicros, parseInstant } from '@larder/registry';
import type { ViewPointer } from '@larder/online-store';
import type { MaterializationState, StoredMaterializationState } from '@larder/registry-client';

/** A source file as a run saw it. */
export interface LoadedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Time of its last change, in microseconds since the epoch. */
  readonly modifiedMicros: bigint;
  readonly rows: number;
  /** It has rows that were not known yet at the run's as-of time; later runs read it again. */
  readonly pending: boolean;
}

/** A generation that a reload writes, or began to write and never finished. */
export interface BegunGeneration {
  readonly viewVersion: number;
  readonly generation: number;
  readonly epoch: string;
}

/**
 * What has been loaded of a view, kept in the registry's database and changed by compare-and-set. It speaks of the rows that
 * its generation and epoch name, and of no others: see `describesPointer`.
 *
 * A reload saves the number of its generation before it writes the first row, so that no two runs ever write one generation; what is
 * known of the rows that readers see meanwhile stays beside it, and counts again when the reload comes to nothing.
 */
export interface ViewState {
  readonly viewVersion: number;
  readonly generation: number;
  readonly epoch: string;
  /** Everything known up to here has been loaded; absent while nothing has. */
  readonly watermark?: Instant;
  /** As-of time of the last run that loaded something. */
  readonly asOf?: Instant;
  readonly files: readonly LoadedFile[];
  /** The last reload that began and did not end, above every generation that ended. */
  readonly begun?: BegunGeneration;
  readonly updatedAt: Instant;
  /** Counts the changes of the state; the next change names it. 0 = not stored yet. */
  readonly revision: number;
}

/** What a run saves; revision and time are the registry's. */
export type NextViewState = Omit<ViewState, 'updatedAt' | 'revision'>;

/** True when the state speaks of the rows that readers see: neither store was emptied, replaced or brought back to an older state. */
export function describesPointer(state: ViewState | undefined, pointer: ViewPointer | undefined): state is ViewState {
  if (state === undefined || pointer === undefined) return false;
  return (
    state.epoch === pointer.epoch &&
    state.generation === pointer.generation &&
    state.viewVersion === pointer.viewVersion
  );
}

/**
 * The state as it is of the rows that readers see: a run that died between switching readers to its generation and saying so has
 * left that generation with nothing known of its files. Otherwise the state itself.
 */
export function stateOfPointer(state: ViewState | undefined, pointer: ViewPointer | undefined): ViewState | undefined {
  if (state?.begun === undefined) return state;
  const { begun, revision, updatedAt } = state;
  const switched = { ...begun, files: [], revision, updatedAt };
  return describesPointer(switched, pointer) ? switched : state;
}

/** What is saved before a reload writes `begun`: beside what is known of the rows that readers see, if that is anything. */
export function beginReload(
  state: ViewState | undefined,
  pointer: ViewPointer | undefined,
  begun: BegunGeneration,
): NextViewState {
  if (!describesPointer(state, pointer)) return { ...begun, files: [] };
  const { revision: _revision, updatedAt: _updatedAt, ...kept } = state;
  return { ...kept, begun };
}

/** A generation number that no run has used: above every one that state and pointer know of. */
export function unusedGeneration(state: ViewState | undefined, pointer: ViewPointer | undefined): number {
  const { generation = 0, previousGeneration = 0 } = pointer ?? {};
  return Math.max(0, state?.generation ?? 0, state?.begun?.generation ?? 0, generation, previousGeneration) + 1;
}

/** The state as the registry stored it. */
export function fromStored(stored: StoredMaterializationState): ViewState {
  const { viewVersion, generation, epoch, watermarkMicros, asOfMicros, files, begun, updatedAt, revision } = stored;
  return {
    viewVersion,
    generation,
    epoch,
    revision,
    updatedAt: parseInstant(updatedAt),
    files: files.map(({ path, bytes, modifiedMicros, rows, pending }) => ({
      path,
      bytes,
      rows,
      pending,
      modifiedMicros: BigInt(modifiedMicros),
    })),
    ...(begun === undefined ? {} : { begun }),
    ...(watermarkMicros === undefined ? {} : { watermark: instantFromMicros(BigInt(watermarkMicros)) }),
    ...(asOfMicros === undefined ? {} : { asOf: instantFromMicros(BigInt(asOfMicros)) }),
  };
}

/** The state as the registry stores it. */
export function toStored(
  viewId: number,
  { viewVersion, generation, epoch, watermark, asOf, files, begun }: NextViewState,
): MaterializationState {
  return {
    viewId,
    viewVersion,
    generation,
    epoch,
    files: files.map((file) => ({ ...file, modifiedMicros: file.modifiedMicros.toString() })),
    ...(begun === undefined ? {} : { begun }),
    ...(watermark === undefined ? {} : { watermarkMicros: watermark.toString() }),
    ...(asOf === undefined ? {} : { asOfMicros: asOf.toString() }),
  };
}
