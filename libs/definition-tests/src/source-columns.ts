import type {
  AggregateFunction,
  Definitions,
  FeatureSpec,
  FeatureViewDefinition,
  SourceSpec,
  ValueTypeName,
} from '@larder/registry';
import { joinKeysOfView, listElementType } from '@larder/registry';

/** A column that a view needs of a source. */
export interface NeededColumn {
  /** Absent: that of the rows' values. */
  readonly type?: ValueTypeName;
  /** Why it is needed, in words. */
  readonly by: string;
  /** False: only a hint at the type, for what a SQL source reads. */
  readonly isRequired: boolean;
}

export type NeededColumns = ReadonlyMap<string, NeededColumn>;

/** The Parquet sources that views read in the end, each with the columns they need, typed as the definitions say. */
export function neededColumns(
  definitions: Definitions,
  views: readonly FeatureViewDefinition[],
): ReadonlyMap<string, NeededColumns> {
  const sources = new Map(definitions.sources.map((each) => [each.name, each]));
  const found = new Map<string, Map<string, NeededColumn>>();
  const note = (name: string, columns: readonly (readonly [string, NeededColumn])[]): void => {
    const source = sources.get(name);
    if (source === undefined) return;
    if (source.kind === 'push') return note(source.history, columns);
    if (source.kind === 'sql') {
      const hints = columns.map(([column, each]) => [column, { ...each, isRequired: false }] as const);
      for (const read of source.reads) note(read, hints);
      return;
    }
    const known = found.get(name) ?? new Map<string, NeededColumn>();
    found.set(name, known);
    for (const [column, each] of [...timeColumns(source), ...columns]) {
      const before = known.get(column);
      known.set(column, before === undefined ? each : both(before, each));
    }
  };
  for (const view of views) note(view.source, viewColumns(definitions, view));
  return found;
}

function both(a: NeededColumn, b: NeededColumn): NeededColumn {
  const [strong, weak] = a.isRequired || !b.isRequired ? [a, b] : [b, a];
  const isWider = strong.type === undefined || (strong.type === 'int64' && weak.type === 'float64');
  return isWider && weak.type !== undefined ? { ...strong, type: weak.type } : strong;
}

function timeColumns(source: Exclude<SourceSpec, { kind: 'push' }>): (readonly [string, NeededColumn])[] {
  const { eventTime, createdTime, tombstone } = source;
  const column = (name: string | undefined, type: ValueTypeName, by: string): (readonly [string, NeededColumn])[] =>
    name === undefined ? [] : [[name, { type, by, isRequired: true }]];
  return [
    ...column(eventTime, 'timestamp', 'the event time'),
    ...column(createdTime, 'timestamp', 'the created time'),
    ...column(tombstone, 'bool', 'the tombstone'),
  ];
}

function viewColumns(definitions: Definitions, view: FeatureViewDefinition): (readonly [string, NeededColumn])[] {
  const keys = joinKeysOfView(definitions, view).map(
    ({ name, type }) => [name, { type, by: `a join key of ${view.name}`, isRequired: true }] as const,
  );
  return [...keys, ...view.features.flatMap((feature) => featureColumn(view.name, feature))];
}

/** Aggregates whose result says nothing of their column: its type is that of the values. */
const UNTYPED: ReadonlySet<AggregateFunction> = new Set(['count', 'countDistinct', 'approxCountDistinct']);
const OF_NUMBERS: ReadonlySet<AggregateFunction> = new Set(['mean', 'variance', 'stddev', 'quantile']);

function featureColumn(view: string, { name, type, compute }: FeatureSpec): (readonly [string, NeededColumn])[] {
  if (compute.column === undefined) return [];
  const by = `${view}:${name}`;
  if (compute.kind === 'column') return [[compute.column, { type, by, isRequired: true }]];
  if (UNTYPED.has(compute.function)) return [[compute.column, { by, isRequired: true }]];
  const isOfNumbers = OF_NUMBERS.has(compute.function);
  return [[compute.column, { type: isOfNumbers ? 'float64' : (listElementType(type) ?? type), by, isRequired: true }]];
}
