import type { Machine } from './machine.js';
import { machineText } from './machine.js';
import type { Metric } from './metric.js';
import { barText, figureText, meetsBar, pairRatios } from './metric.js';

/** Everything that a run found; written to bench/results. */
export interface BenchResult {
  readonly bench: string;
  readonly about: string;
  /** What the floor is, in one sentence. */
  readonly floor: string;
  /** Sizes, concurrency, load generator, Redis. */
  readonly conditions: readonly string[];
  readonly notMeasured: readonly string[];
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly metrics: readonly Metric[];
}

/** One line per metric for programs. */
export function jsonLines({ bench, metrics }: Pick<BenchResult, 'bench' | 'metrics'>): string {
  return metrics
    .map(({ metric, floor, value, ratio, unit }) => `${JSON.stringify({ bench, metric, floor, value, ratio, unit })}\n`)
    .join('');
}

/** The whole report for people. */
export function reportText(result: BenchResult): string {
  const rows = result.metrics.map((metric) => [
    metric.metric,
    figureText(metric.floor),
    figureText(metric.value),
    metric.unit,
    metric.ratio.toFixed(3),
    pairRatios(metric),
    metric.bars.map(barText).join('; '),
    metVerdict(metric),
  ]);
  const header = ['metric', 'floor', 'value', 'unit', 'ratio', 'ratios of pairs', 'bar', ''];
  return [
    `${result.bench}: ${result.about}`,
    `floor: ${result.floor}`,
    `conditions: ${result.conditions.join('; ')}`,
    '',
    ...alignedTable([header, ...rows]),
    '',
    `not measured: ${result.notMeasured.join('; ')}`,
    `machine: ${machineText(result.machine)}`,
    '',
  ].join('\n');
}

/** `met` or `NOT MET` for each bar. */
export function metVerdict(metric: Metric): string {
  return metric.bars.map((bar) => (meetsBar(metric, bar) ? 'met' : 'NOT MET')).join('; ');
}

function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
