import { machineText } from './machine.js';
import type { Metric } from './metric.js';
import { barText, figureText, meetsBar, pairRatios } from './metric.js';
import type { BenchResult } from './report.js';

const INTRODUCTION = `# Results of the benches

Made from \`bench/results/*.json\` by \`npm run bench -- results\`; \`npm run bench -- NAME\` measures again.

Floor and product are measured in the same run, in turn; floor and value are medians, the ratio is value / floor. Absolute figures
hold for one machine at one moment, ratios are the claim. "Pairs" are the least and the greatest ratio of two runs next to each other:
a wide range means that the machine was busy with other things.
`;

/** The page of all results, in the order given. */
export function resultsPage(results: readonly BenchResult[]): string {
  return [INTRODUCTION, ...results.map(section)].join('\n');
}

function section(result: BenchResult): string {
  const { bench, about, floor, conditions, notMeasured, measuredAt, machine, metrics } = result;
  return [
    `## ${bench}\n`,
    `${capital(about)}.\n`,
    '| metric | floor | value | unit | ratio | pairs | bar | |',
    '|---|---|---|---|---|---|---|---|',
    ...metrics.map(tableRow),
    '',
    `- Floor: ${floor}.`,
    `- Conditions: ${conditions.join('; ')}.`,
    `- Not measured: ${notMeasured.join('; ')}.`,
    `- Measured ${measuredAt.slice(0, 10)} on ${machineText(machine)}.`,
    '',
  ].join('\n');
}

function tableRow(metric: Metric): string {
  const cells = [
    metric.metric,
    figureText(metric.floor),
    figureText(metric.value),
    metric.unit,
    metric.ratio.toFixed(2),
    pairRatios(metric),
    metric.bars.map(barText).join('; '),
    metric.bars.map((bar) => (meetsBar(metric, bar) ? 'met' : '**not met**')).join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
