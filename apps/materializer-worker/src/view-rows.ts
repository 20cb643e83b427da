import type { ColumnChunk, OfflineStore } from '@larder/offline-store';
import {
  buildIgnoredRowsQuery,
  buildNewestRowsQuery,
  buildWindowsAsOfQuery,
  readableSource,
} from '@larder/point-in-time';
import type { SourceContext, ViewQuery } from '@larder/point-in-time';
import type { FeatureViewSpec, Instant, Snapshot } from '@larder/registry';

export interface ViewRowsRequest {
  readonly snapshot: Snapshot;
  readonly view: FeatureViewSpec;
  readonly asOf: Instant;
  /** Paths of the files to read; absent = all rows. */
  readonly files?: readonly string[];
}

/** A view's newest values, ready to be streamed. */
export interface ViewRowsSource {
  readonly query: ViewQuery;
  /** Rows in which a join key is null: they belong to no entity and are left out. */
  countNullKeys(signal: AbortSignal): Promise<number>;
  stream(signal: AbortSignal): AsyncIterable<ColumnChunk>;
}

/** Checks the source and builds the view's query. INVALID_ARGUMENT names the source, file and column that is not as defined. */
export async function openViewRows(
  store: OfflineStore,
  { snapshot, view, asOf, files }: ViewRowsRequest,
): Promise<ViewRowsSource> {
  const context = await store.describeSources(snapshot, [view]);
  const query =
    view.computation === 'windows'
      ? buildWindowsAsOfQuery(context, view, { asOf })
      : buildNewestRowsQuery(context, view, { asOf, ...(files === undefined ? {} : { files }) });
  return {
    query,
    countNullKeys: async (signal) => {
      const { rows } = await store.readRows(buildIgnoredRowsQuery(onlyFiles(context, view, files), view), { signal });
      return Number(rows[0]?.[0] ?? 0);
    },
    stream: (signal) => store.streamColumns(query.sql, { signal }),
  };
}

function onlyFiles(context: SourceContext, view: FeatureViewSpec, files: readonly string[] | undefined): SourceContext {
  if (files === undefined) return context;
  const source = readableSource(context.snapshot, view.source);
  return { ...context, files: new Map([...context.files, [source.name, files]]) };
}
