import type { Clock } from '@larder/registry';
import { formatInstant, isLarderError } from '@larder/registry';
import type { Logger } from '@larder/service-runtime';
import type { ConsumerRecord, ConsumersReport } from './registry-api.js';

export interface ConsumerReporterOptions {
  /** Sends a report: `(project, report) => client.reportConsumers(project, report)`. */
  readonly send: (project: string, report: ConsumersReport) => Promise<unknown>;
  readonly kind: ConsumerRecord['kind'];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between two reports; 30 by default. */
  readonly reportSeconds?: number;
  /** Most entries that wait for a report; consumers beyond it are not counted until there is room. 1000 by default. */
  readonly maxEntries?: number;
}

/** Who read what. */
export interface ConsumerReading {
  readonly project: string;
  /** As `consumerName` gives it. */
  readonly consumer: string;
  /** Null: the features were named one by one. */
  readonly featureService: string | null;
  readonly views: readonly string[];
}

/** Counts the readings of one consumer. Stays good as long as its reporter: keep it where counting must cost nothing. */
export interface ConsumerCounter {
  /** Nanoseconds; never waits, never throws. */
  add(reads?: number): void;
}

const DEFAULT_REPORT_SECONDS = 30;
const DEFAULT_MAX_ENTRIES = 1000;
const CLOSE_TIMEOUT_MS = 2_000;
const MAX_NAME_LENGTH = 100;

/** Errors that the same report would meet again. */
const FINAL_CODES: readonly string[] = ['INVALID_ARGUMENT', 'NOT_FOUND'];

/** The application that a user agent names: its first word before a `/`, `unknown` when there is none. */
export function consumerName(userAgent: string | undefined): string {
  const [name = ''] = /[^\s/]+/.exec((userAgent ?? '').replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')) ?? [];
  return name === '' ? 'unknown' : name.slice(0, MAX_NAME_LENGTH);
}

/**
 * Counts readings in memory and tells the registry in the background, at close too. What could not be told is kept for the
 * next time and added up; a report that the registry counted although its answer was lost is counted twice. The time of a
 * reading is known to one interval.
 */
export class ConsumerReporter {
  private readonly waiting = new Map<string, Entry>();
  private readonly timer: NodeJS.Timeout;
  private sending: Promise<void> | undefined;
  private closing: Promise<void> | undefined;
  private isFull = false;

  constructor(private readonly options: ConsumerReporterOptions) {
    const { reportSeconds = DEFAULT_REPORT_SECONDS } = options;
    this.timer = setInterval(() => void this.flush(), reportSeconds * 1000).unref();
  }

  /** A counter for one consumer. */
  counter(reading: ConsumerReading): ConsumerCounter {
    const views = [...new Set(reading.views)].sort();
    const key = JSON.stringify([reading.project, reading.consumer, reading.featureService, views]);
    return new Counter((reads) => this.enter(key, { ...reading, views }, reads));
  }

  /** Counts a reading. For every request of a fast path, keep a `counter` instead. */
  note(reading: ConsumerReading): void {
    this.counter(reading).add();
  }

  /** Tells the registry now. Never rejects. */
  flush(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
    return this.sending;
  }

  /** Stops the background work and tells what is left, within 2 s. */
  close(): Promise<void> {
    clearInterval(this.timer);
    this.closing ??= within(CLOSE_TIMEOUT_MS, async () => {
      await this.sending;
      await this.flush();
    });
    return this.closing;
  }

  /** The entry that waits for the next report; undefined when too many wait. */
  private enter(key: string, reading: ConsumerReading, reads: number): Entry | undefined {
    const known = this.waiting.get(key);
    if (known !== undefined) {
      known.reads += reads;
      return known;
    }
    const { maxEntries = DEFAULT_MAX_ENTRIES, logger } = this.options;
    if (this.waiting.size >= maxEntries) {
      if (!this.isFull)
        logger.warn({ maxEntries }, 'too many consumers wait to be reported; further ones are not counted');
      this.isFull = true;
      return undefined;
    }
    const entry: Entry = { reading, reads, stampedReads: 0, lastSeenAt: '', isOpen: true };
    this.waiting.set(key, entry);
    return entry;
  }

  private async sendAll(): Promise<void> {
    const lastSeenAt = formatInstant(this.options.clock.now());
    const byProject = new Map<string, [string, Entry][]>();
    for (const [key, entry] of this.waiting) {
      if (entry.reads !== entry.stampedReads) Object.assign(entry, { lastSeenAt, stampedReads: entry.reads });
      const { project } = entry.reading;
      const entries = byProject.get(project) ?? [];
      entries.push([key, entry]);
      byProject.set(project, entries);
    }
    await Promise.all([...byProject].map(([project, entries]) => this.sendProject(project, entries)));
  }

  private async sendProject(project: string, entries: readonly [string, Entry][]): Promise<void> {
    const { send, kind, logger } = this.options;
    const consumers = entries.map(([, entry]) => recordOf(kind, entry));
    try {
      await send(project, { consumers });
      this.settle(entries, consumers);
    } catch (error) {
      const isFinal = isLarderError(error) && FINAL_CODES.includes(error.code);
      if (isFinal) this.settle(entries, consumers);
      const fields = { project, consumers: consumers.length, err: error };
      if (isFinal) logger.warn(fields, 'the registry refused to hear of consumers; the report is dropped');
      else logger.debug(fields, 'the registry could not be told of consumers; kept for the next time');
    }
  }

  /** Takes off what was told. An entry without anything new leaves; its counters make another one. */
  private settle(entries: readonly [string, Entry][], told: readonly ConsumerRecord[]): void {
    entries.forEach(([key, entry], index) => {
      entry.reads -= told[index]?.reads ?? 0;
      entry.stampedReads = 0;
      if (entry.reads > 0) return;
      entry.isOpen = false;
      this.waiting.delete(key);
    });
    this.isFull = false;
  }
}

interface Entry {
  readonly reading: ConsumerReading;
  reads: number;
  /** Readings that `lastSeenAt` knows of. */
  stampedReads: number;
  lastSeenAt: string;
  /** False once it is told: readings from then on belong to another entry. */
  isOpen: boolean;
}

class Counter implements ConsumerCounter {
  private entry: Entry | undefined;

  constructor(private readonly enter: (reads: number) => Entry | undefined) {}

  add(reads = 1): void {
    if (this.entry?.isOpen === true) this.entry.reads += reads;
    else this.entry = this.enter(reads);
  }
}

function recordOf(kind: ConsumerRecord['kind'], { reading, reads, lastSeenAt }: Entry): ConsumerRecord {
  const { consumer, featureService, views } = reading;
  return { consumer, kind, featureService, views, lastSeenAt, reads };
}

async function within(ms: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work(), over]);
  clearTimeout(timer);
}
