import { median, range } from './statistics.js';

/** What one metric has to reach: its ratio to the floor, or its own value. Bounds are inclusive. */
export interface Bar {
  readonly on: 'ratio' | 'value';
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One measured comparison: medians of the same run, and their samples in the order they were taken. */
export interface Metric {
  readonly metric: string;
  readonly unit: string;
  /** Median of the floor; finite and positive. */
  readonly floor: number;
  /** Median of the product; finite and positive. */
  readonly value: number;
  /** value / floor. */
  readonly ratio: number;
  readonly bars: readonly Bar[];
  readonly floorSamples: readonly number[];
  readonly valueSamples: readonly number[];
}

/** What a metric is made of. */
export interface MetricInput {
  readonly metric: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly floorSamples: readonly number[];
  readonly valueSamples: readonly number[];
}

/** Medians and their ratio; an Error when one of them is not a finite positive number: such a figure means that nothing was measured. */
export function buildMetric(input: MetricInput): Metric {
  const floor = median(input.floorSamples);
  const value = median(input.valueSamples);
  for (const [side, figure] of Object.entries({ floor, value })) {
    if (!Number.isFinite(figure) || figure <= 0)
      throw new Error(`${input.metric}: the median of the ${side} is ${figure}, which is no measurement`);
  }
  return { ...input, floor, value, ratio: value / floor };
}

/** Whether the metric reaches a bar. */
export function meetsBar(metric: Pick<Metric, 'ratio' | 'value'>, { on, atLeast, atMost }: Bar): boolean {
  const figure = on === 'ratio' ? metric.ratio : metric.value;
  return (atLeast === undefined || figure >= atLeast) && (atMost === undefined || figure <= atMost);
}

/** The bar in words: `≥ 0.9 ×`, `≤ 1000000000`. */
export function barText({ on, atLeast, atMost }: Bar): string {
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${figureText(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${figureText(atMost)}`]),
  ];
  return bounds.join(', ') + (on === 'ratio' ? ' ×' : '');
}

/** The least and the greatest ratio of samples taken one after the other: how steady the machine was. */
export function pairRatios({ floorSamples, valueSamples }: Pick<Metric, 'floorSamples' | 'valueSamples'>): string {
  const ratios = valueSamples
    .map((value, index) => value / (floorSamples[index] ?? Number.NaN))
    .filter(Number.isFinite);
  const { least, greatest } = range(ratios);
  return `${least.toFixed(2)}–${greatest.toFixed(2)}`;
}

/** A figure for people: thousands separated, three significant digits below 100. */
export function figureText(figure: number): string {
  if (figure >= 100) return Math.round(figure).toLocaleString('en-US');
  return String(Number(figure.toPrecision(3)));
}
