import type { ParquetSourceSpec, Snapshot } from '@larder/registry';
import { readableSource } from '@larder/point-in-time';

/** The Parquet sources that a source's rows come from, each once: itself, or those below a SQL or push source. */
export function leafSources(snapshot: Pick<Snapshot, 'sources'>, sourceName: string): ParquetSourceSpec[] {
  const leaves: ParquetSourceSpec[] = [];
  for (const source of sourcesBelow(snapshot, sourceName)) if (source.kind === 'parquet') leaves.push(source);
  return leaves;
}

/** A source and all that it reads, each once. A push source is its history. */
export function sourcesBelow(
  snapshot: Pick<Snapshot, 'sources'>,
  sourceName: string,
): ReturnType<typeof readableSource>[] {
  const found = new Map<string, ReturnType<typeof readableSource>>();
  const open = [sourceName];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const source = readableSource(snapshot, name);
    if (found.has(source.name)) continue;
    found.set(source.name, source);
    if (source.kind === 'sql') open.push(...source.reads);
  }
  return [...found.values()];
}
