import type { Instant } from '@larder/registry';
import { LarderError, parseInstant } from '@larder/registry';
import { createLogger } from '@larder/service-runtime';
import type { FixedClock } from '@larder/testing';
import { fixedClock, waitFor } from '@larder/testing';
import type { ConsumerReading } from './consumer-reporter.js';
import { consumerName, ConsumerReporter } from './consumer-reporter.js';
import type { ConsumersReport } from './registry-api.js';

const NOW = parseInstant('2026-05-07T22:00:00Z');
const CHECKOUT: ConsumerReading = {
  project: 'shop',
  consumer: 'checkout',
  featureService: 'recommender',
  views: ['b', 'a', 'b'],
};

interface Sent {
  readonly project: string;
  readonly report: ConsumersReport;
}

const opened: ConsumerReporter[] = [];
let sent: Sent[];
let log: string[];
let answer: () => Promise<unknown>;
beforeEach(() => {
  sent = [];
  log = [];
  answer = () => Promise.resolve();
});
afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));

function open(
  options: { readonly maxEntries?: number; readonly reportSeconds?: number; readonly clock?: FixedClock<Instant> } = {},
): ConsumerReporter {
  const destination = { write: (line: string) => void log.push((JSON.parse(line) as { msg: string }).msg) };
  const reporter = new ConsumerReporter({
    send: (project, report) => {
      sent.push({ project, report });
      return answer();
    },
    kind: 'online',
    clock: fixedClock(NOW),
    logger: createLogger({ service: 'test', level: 'warn', destination }),
    ...options,
  });
  opened.push(reporter);
  return reporter;
}

const readsOf = (index: number): unknown[] =>
  (sent[index]?.report.consumers ?? []).map(({ consumer, reads }) => [consumer, reads]);

describe('ConsumerReporter', () => {
  it('adds up readings of one consumer, service and views, and tells them by project', async () => {
    const reporter = open();
    const counter = reporter.counter(CHECKOUT);
    counter.add();
    counter.add(4);
    reporter.note({ ...CHECKOUT, views: ['a', 'b'] });
    reporter.note({ ...CHECKOUT, featureService: null, views: ['a'] });
    reporter.note({ ...CHECKOUT, project: 'dev-anna' });
    await reporter.flush();
    const record = { consumer: 'checkout', kind: 'online', lastSeenAt: '2026-05-07T22:00:00Z' };
    expect(sent).toEqual([
      {
        project: 'shop',
        report: {
          consumers: [
            { ...record, featureService: 'recommender', views: ['a', 'b'], reads: 6 },
            { ...record, featureService: null, views: ['a'], reads: 1 },
          ],
        },
      },
      {
        project: 'dev-anna',
        report: { consumers: [{ ...record, featureService: 'recommender', views: ['a', 'b'], reads: 1 }] },
      },
    ]);
  });

  it('tells a reading once, and nothing when there is nothing', async () => {
    const reporter = open();
    const counter = reporter.counter(CHECKOUT);
    counter.add();
    await reporter.flush();
    await reporter.flush();
    expect(sent).toHaveLength(1);
    counter.add(2);
    await reporter.flush();
    expect(readsOf(1)).toEqual([['checkout', 2]]);
  });

  it('keeps what could not be told, with the time of the last reading, and what is read meanwhile', async () => {
    const clock = fixedClock(NOW);
    const reporter = open({ clock });
    const counter = reporter.counter(CHECKOUT);
    counter.add();
    answer = () => {
      counter.add();
      return Promise.reject(new LarderError('UNAVAILABLE', 'away'));
    };
    await reporter.flush();
    answer = () => Promise.resolve(counter.add(5));
    clock.advance(30_000_000n);
    await reporter.flush();
    answer = () => Promise.reject(new LarderError('UNAVAILABLE', 'away'));
    clock.advance(30_000_000n);
    await reporter.flush();
    clock.advance(30_000_000n);
    await reporter.flush();
    expect([readsOf(0), readsOf(1), readsOf(2), readsOf(3)]).toEqual(
      [1, 2, 5, 5].map((reads) => [['checkout', reads]]),
    );
    expect(sent.map(({ report }) => report.consumers[0]?.lastSeenAt.slice(14, 19))).toEqual([
      '00:00',
      '00:30',
      '01:00',
      '01:00',
    ]);
    expect(log).toEqual([]);
  });

  it('drops what the registry refuses for good, and says so', async () => {
    const reporter = open();
    reporter.note(CHECKOUT);
    answer = () => Promise.reject(new LarderError('NOT_FOUND', 'no project shop'));
    await reporter.flush();
    await reporter.flush();
    expect(sent).toHaveLength(1);
    expect(log).toEqual(['the registry refused to hear of consumers; the report is dropped']);
  });

  it('holds a bounded number of entries, warns once, and counts again when there is room', async () => {
    const reporter = open({ maxEntries: 2 });
    const late = reporter.counter({ ...CHECKOUT, consumer: 'late' });
    for (const consumer of ['a', 'b', 'c', 'd']) reporter.note({ ...CHECKOUT, consumer });
    late.add();
    reporter.note({ ...CHECKOUT, consumer: 'a' });
    await reporter.flush();
    late.add();
    await reporter.flush();
    expect([readsOf(0), readsOf(1)]).toEqual([
      [
        ['a', 2],
        ['b', 1],
      ],
      [['late', 1]],
    ]);
    expect(log).toHaveLength(1);
  });

  it('tells by itself, and what is left at close', async () => {
    const reporter = open({ reportSeconds: 0.01 });
    reporter.note(CHECKOUT);
    await waitFor(() => sent.length === 1, { describe: 'the report' });
    const quiet = open();
    quiet.note({ ...CHECKOUT, consumer: 'last' });
    await quiet.close();
    expect(readsOf(1)).toEqual([['last', 1]]);
  });

  it('does not wait long at close for a registry that hangs', async () => {
    const reporter = open();
    reporter.note(CHECKOUT);
    answer = () => new Promise(() => undefined);
    const started = performance.now();
    await reporter.close();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

it.each([
  ['checkout/1.2 grpc-node-js/1.13.0', 'checkout'],
  ['curl/8.5.0', 'curl'],
  ['node', 'node'],
  ['  spaced out', 'spaced'],
  ['a\u0000b', 'a'],
  ['', 'unknown'],
  ['/', 'unknown'],
  [undefined, 'unknown'],
  ['x'.repeat(300), 'x'.repeat(100)],
])('reads the application of %j as %s', (userAgent, expected) => {
  expect(consumerName(userAgent)).toBe(expected);
});
