import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram };

/** Buckets for requests: from 0.1 ms to 10 s, dense below 5 ms where reads live. */
export const REQUEST_SECONDS_BUCKETS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
  10,
];

/** Buckets for jobs and queries: from 10 ms to an hour. */
export const JOB_SECONDS_BUCKETS: readonly number[] = [
  0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
];

export interface MetricOptions<L extends string> {
  /** `larder_<what>_<unit>`, counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of labels; their values must come from a small closed set, never from a request's data. */
  readonly labels?: readonly L[];
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds, ascending; `REQUEST_SECONDS_BUCKETS` by default. */
  readonly buckets?: readonly number[];
}

export interface GaugeOptions<L extends string> extends MetricOptions<L> {
  /** Called at each scrape to set the gauge. */
  readonly collect?: (gauge: Gauge<L>) => void | Promise<void>;
}

export interface MetricsOptions {
  /** Also the process's memory, event loop and garbage collection; at most one `Metrics` of a process should. Default false. */
  readonly processMetrics?: boolean;
}

/** The metrics of one service, in the text format of Prometheus. Services in one process do not share any. */
export class Metrics {
  private readonly registry = new Registry();

  constructor({ processMetrics = false }: MetricsOptions = {}) {
    if (processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** Content type of `text()`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** A counter; throws when the name is taken. */
  counter<L extends string = never>({ name, help, labels = [] }: MetricOptions<L>): Counter<L> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** A gauge; throws when the name is taken. */
  gauge<L extends string = never>({ name, help, labels = [], collect }: GaugeOptions<L>): Gauge<L> {
    const common = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (collect === undefined) return new Gauge(common);
    const gauge: Gauge<L> = new Gauge({ ...common, collect: () => collect(gauge) });
    return gauge;
  }

  /** A histogram, in seconds unless its name says otherwise; throws when the name is taken. */
  histogram<L extends string = never>({
    name,
    help,
    labels = [],
    buckets = REQUEST_SECONDS_BUCKETS,
  }: HistogramOptions<L>): Histogram<L> {
    return new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] });
  }

  /** All metrics as text. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
