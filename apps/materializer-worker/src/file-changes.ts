import type { Instant } from '@larder/registry';
import type { SourceFile } from '@larder/offline-store';
import type { LoadedFile } from './view-state.js';

/** What happened to a source's files since a run loaded them. */
export interface FileChanges {
  /** Paths that were not there before. */
  readonly added: readonly string[];
  /** Paths of files that hold more rows than before. */
  readonly grown: readonly string[];
  /** Paths of files with rows that were not known yet. */
  readonly pending: readonly string[];
  /** Why rows may have vanished, one line per file; only a reload finds out. */
  readonly losses: readonly string[];
}

/** Compares the files that were loaded with those that are there. Pure. */
export function findFileChanges(loaded: readonly LoadedFile[], current: readonly SourceFile[]): FileChanges {
  const before = new Map(loaded.map((file) => [file.path, file]));
  const now = new Set(current.map((file) => file.path));
  const known = current.flatMap((file) => {
    const previous = before.get(file.path);
    return previous === undefined ? [] : [{ file, previous }];
  });
  const changed = known.filter(
    ({ file, previous }) => file.bytes !== previous.bytes || file.modifiedMicros !== previous.modifiedMicros,
  );
  const rewritten = changed.filter(({ file, previous }) => file.rows <= previous.rows);
  return {
    added: current.filter((file) => !before.has(file.path)).map((file) => file.path),
    grown: changed.filter(({ file, previous }) => file.rows > previous.rows).map(({ file }) => file.path),
    pending: known.filter(({ previous }) => previous.pending).map(({ file }) => file.path),
    losses: [
      ...loaded.filter((file) => !now.has(file.path)).map((file) => `${file.path} is gone`),
      ...rewritten.map(
        ({ file, previous }) => `${file.path} ${file.rows < previous.rows ? 'lost rows' : 'was rewritten'}`,
      ),
    ],
  };
}

/** True when a run would find nothing that the last one did not. */
export function isUnchanged({ added, grown, pending, losses }: FileChanges): boolean {
  return added.length + grown.length + pending.length + losses.length === 0;
}

/**
 * The files to read so that ties are decided as offline: `wanted`, and every later file that shares event times with one that is
 * read. Of two rows of one time the later file's wins; were only the earlier file read again, its row would be the later write.
 * `files` and the answer are in load order. Pure.
 */
export function withTiedFiles(files: readonly SourceFile[], wanted: ReadonlySet<string>): SourceFile[] {
  const chosen: SourceFile[] = [];
  for (const file of files) {
    if (wanted.has(file.path) || chosen.some((earlier) => overlaps(earlier, file))) chosen.push(file);
  }
  return chosen;
}

/** The files as the next run compares them, loaded as of `asOf`; those not in `read` are loaded as they were. Pure. */
export function nextManifest(
  current: readonly SourceFile[],
  { asOf, read }: { readonly asOf: Instant; readonly read: ReadonlySet<string> },
): LoadedFile[] {
  return current.map(({ path, bytes, modifiedMicros, rows, maxKnownTime }) => {
    const pending = read.has(path) && maxKnownTime !== undefined && maxKnownTime > asOf;
    return { path, bytes, modifiedMicros, rows, pending };
  });
}

/** The latest time at which a row of the files becomes known; undefined without rows. */
export function latestKnownTime(files: readonly SourceFile[]): Instant | undefined {
  const times = files.flatMap(({ maxKnownTime }) => maxKnownTime ?? []);
  return times.reduce<Instant | undefined>(
    (latest, time) => (latest === undefined || time > latest ? time : latest),
    undefined,
  );
}

function overlaps(left: SourceFile, right: SourceFile): boolean {
  if (left.minEventTime === undefined || left.maxEventTime === undefined) return false;
  if (right.minEventTime === undefined || right.maxEventTime === undefined) return false;
  return left.minEventTime <= right.maxEventTime && right.minEventTime <= left.maxEventTime;
}
