import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { openOfflineStore, readTrainingSet } from '@larder/offline-store';
import type { Definitions, FeatureSpec, JsonValue, Problem, Snapshot, SourceSpec } from '@larder/registry';
import { buildSnapshot, compileDefinitions, fullFeatureName, LarderError, resolveFeatures } from '@larder/registry';
import { jsonOf, resultJson, sameValue } from './case-values.js';
import type { CaseDefinitions, Difference, FeatureCase } from './feature-case.js';
import type { ResolvedExpectation } from './resolve-case.js';
import { referenceOf, resolveExpectations } from './resolve-case.js';
import { neededColumns } from './source-columns.js';
import { sourceRowsText } from './source-rows.js';

const TIME_COLUMN = 'event_timestamp';

/** Checks cases, one after another or side by side; close it. */
export interface FeatureChecker {
  /** What is not as expected; empty when all is. INVALID_ARGUMENT with everything that is wrong with the case itself. */
  check(input: CaseDefinitions & FeatureCase): Promise<Difference[]>;
  close(): Promise<void>;
}

/** Opens DuckDB on a temporary folder of its own: no service is needed, and no file of the project is read. */
export async function openFeatureChecker(): Promise<FeatureChecker> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-definition-tests-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const store = await openOfflineStore({
      projectDirectory: directory,
      allowedDirectories: [directory],
      temporaryDirectory: join(directory, 'temporary'),
      threads: 1,
    });
    let cases = 0;
    return {
      check: (input) => checkCase(store, join(directory, `case-${cases++}`), input),
      close: async () => {
        await store.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Computes features from a few rows of history exactly as training does (the same point-in-time query over Parquet) and compares them:
 * needs no service. Returns what differs. Throws INVALID_ARGUMENT with everything that is wrong with the case: unknown features,
 * missing keys, missing columns, values that are none of their type.
 */
export async function checkFeatures(input: CaseDefinitions & FeatureCase): Promise<Difference[]> {
  const checker = await openFeatureChecker();
  try {
    return await checker.check(input);
  } finally {
    await checker.close();
  }
}

async function checkCase(
  store: OfflineStore,
  folder: string,
  input: CaseDefinitions & FeatureCase,
): Promise<Difference[]> {
  const definitions =
    'definitions' in input
      ? input.definitions
      : compileDefinitions({ project: input.project ?? 'definition-tests', objects: input.objects });
  const problems: Problem[] = [];
  const { snapshot: whole } = buildSnapshot(definitions, undefined);
  const expectations = resolveExpectations(whole, input, problems);
  const snapshot = withOnly(whole, expectations);
  const written = await writeSources(store, folder, { snapshot, input, problems });
  if (problems.length > 0) throw LarderError.fromProblems(input.name ?? 'case', problems);
  const local = onFiles(snapshot, { files: written, rows: rowsByHistory(snapshot, input, []) });
  const got = await computed(store, local, expectations);
  return expectations.flatMap((each, expectation) =>
    each.features.flatMap((feature): Difference[] => {
      const { view, spec, expected } = feature;
      const value = resultJson(spec.type, got(expectation, fullFeatureName(view.name, spec.name)));
      if (sameValue(spec.type, expected, value)) return [];
      return [{ expectation, keys: each.keys, at: each.at, feature: referenceOf(feature), expected, got: value }];
    }),
  );
}

/** The snapshot with no more than the expected features: a case need not give the columns of others. */
function withOnly(snapshot: Snapshot, expectations: readonly ResolvedExpectation[]): Snapshot {
  const expected = new Set(expectations.flatMap((each) => each.features.map(referenceOf)));
  const featureViews = snapshot.featureViews
    .map((view) => ({ ...view, features: view.features.filter((spec) => expected.has(referenceOf({ view, spec }))) }))
    .filter((view) => view.features.length > 0);
  return { ...snapshot, featureViews, featureServices: [] };
}

interface SourcesInput {
  readonly snapshot: Snapshot;
  readonly input: FeatureCase;
  readonly problems: Problem[];
}

/** Writes the sources that the expected features need as Parquet; returns their paths by name. */
async function writeSources(
  store: OfflineStore,
  folder: string,
  { snapshot, input, problems }: SourcesInput,
): Promise<ReadonlyMap<string, string>> {
  const needed = neededColumns(snapshot, snapshot.featureViews);
  const given = rowsByHistory(snapshot, input, problems);
  const texts = [...needed].flatMap(([name, columns]) => {
    const rows = given.get(name);
    if (rows === undefined) {
      problems.push({
        path: `sources.${name}`,
        message: 'has no rows, and the expected features need it; [] means none',
      });
      return [];
    }
    return [[name, sourceRowsText(name, { rows, needed: columns, problems })] as const];
  });
  if (problems.length > 0) return new Map();
  return new Map(
    await Promise.all(
      texts.map(async ([name, { text, query }]) => {
        const path = join(folder, `${name}.parquet`);
        const lines = join(store.temporaryDirectory, `${folder.split('/').at(-1)}-${name}.ndjson`);
        await writeFile(lines, text);
        await store.writeParquet(query(lines), path);
        return [name, path] as const;
      }),
    ),
  );
}

/** Rows under the names of Parquet sources; a push source stands for its history. */
function rowsByHistory(
  { sources }: Definitions,
  input: FeatureCase,
  problems: Problem[],
): Map<string, FeatureCase['sources'][string]> {
  const found = new Map<string, FeatureCase['sources'][string]>();
  for (const [name, rows] of Object.entries(input.sources)) {
    const source = sources.find((each) => each.name === name);
    if (source?.kind === 'parquet') found.set(name, rows);
    else if (source?.kind === 'push') found.set(source.history, rows);
    else
      problems.push({
        path: `sources.${name}`,
        message:
          source === undefined
            ? `is no source of the definitions; there are ${sources.map((each) => each.name).join(', ')}`
            : `is a SQL source; give the rows of what it reads: ${source.reads.join(', ')}`,
      });
  }
  return found;
}

interface CaseFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, readonly unknown[]>;
}

function withoutFilter(feature: FeatureSpec): FeatureSpec {
  if (feature.compute.kind === 'column') return feature;
  const { filter: _unneeded, ...compute } = feature.compute;
  return { ...feature, compute };
}

/** The snapshot over the case's files. A filter over no rows is left out: the columns that it names are not known. */
function onFiles(snapshot: Snapshot, { files, rows }: CaseFiles): Snapshot {
  const sources = snapshot.sources.map((source): SourceSpec => {
    const path = files.get(source.name);
    return source.kind === 'parquet' && path !== undefined ? { ...source, path } : source;
  });
  const histories = new Map(sources.map((each) => [each.name, each.kind === 'push' ? each.history : each.name]));
  const featureViews = snapshot.featureViews.map((view) => {
    if (rows.get(histories.get(view.source) ?? '')?.length !== 0) return view;
    const { filter: _unneeded, ...rest } = view;
    return { ...rest, features: view.features.map(withoutFilter) };
  });
  return { ...snapshot, sources, featureViews };
}

type GotValue = (expectation: number, name: string) => Parameters<typeof resultJson>[1];

/** One training set for all expectations: a row each. */
async function computed(
  store: OfflineStore,
  snapshot: Snapshot,
  expectations: readonly ResolvedExpectation[],
): Promise<GotValue> {
  const references = [...new Set(expectations.flatMap((each) => each.features.map(referenceOf)))];
  if (references.length === 0) return () => null;
  const rows = expectations.map(({ keys, at }): Record<string, JsonValue> => ({
    ...Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, jsonOf(value)])),
    [TIME_COLUMN]: at,
  }));
  const result = await readTrainingSet(store, {
    snapshot,
    views: resolveFeatures(snapshot, { features: references }, { fullFeatureNames: true }),
    spine: { kind: 'rows', rows },
    timestampColumn: TIME_COLUMN,
  });
  const positions = new Map(result.columns.map((column, index) => [column.name, index]));
  return (expectation, name) => result.rows[expectation]?.[positions.get(name) ?? -1] ?? null;
}
