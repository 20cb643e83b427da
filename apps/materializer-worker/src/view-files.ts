import type { OfflineStore, SourceFile } from '@larder/offline-store';
import { readableSource } from '@larder/point-in-time';
import type { FeatureViewSpec, Snapshot } from '@larder/registry';

/** The files that a view's values come from. */
export interface ViewFiles {
  /** In load order. */
  readonly files: readonly SourceFile[];
  /** True when the files hold the source's rows themselves; false for the files below a SQL source. */
  readonly filesHoldRows: boolean;
}

/** Reads which files there are now, with their sizes and bounds. */
export async function readViewFiles(
  store: Pick<OfflineStore, 'sourceFiles'>,
  snapshot: Snapshot,
  view: Pick<FeatureViewSpec, 'source'>,
): Promise<ViewFiles> {
  const filesHoldRows = readableSource(snapshot, view.source).kind === 'parquet';
  const lists = await Promise.all(
    parquetSourcesBelow(snapshot, view.source).map((source) => store.sourceFiles(snapshot, source)),
  );
  const byPath = new Map(lists.flat().map((file) => [file.path, file]));
  return { files: [...byPath.values()], filesHoldRows };
}

/** Names of the Parquet sources that a source reads, itself included. Pure. */
export function parquetSourcesBelow(snapshot: Pick<Snapshot, 'sources'>, sourceName: string): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const source = readableSource(snapshot, name);
    if (source.kind === 'parquet') found.add(source.name);
    else source.reads.forEach(visit);
  };
  visit(sourceName);
  return [...found].sort();
}
