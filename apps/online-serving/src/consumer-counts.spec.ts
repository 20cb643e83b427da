import type { ConsumerReading } from '@larder/registry-client';
import { consumerCounts } from './consumer-counts.js';
import type { ReadPlan } from './read-plan.js';
import { readsOver, storeWith } from './testing/serving-fixture.js';

async function plan(): Promise<ReadPlan> {
  const { plans } = readsOver(await storeWith([]));
  return plans.plan({ featureService: 'recommender', features: undefined, fullFeatureNames: false });
}

/** Counters that remember what they were made for and how often they counted. */
function recorder() {
  const made: (ConsumerReading & { reads: number })[] = [];
  const counter = (reading: ConsumerReading) => {
    const entry = { ...reading, reads: 0 };
    made.push(entry);
    return { add: (reads = 1) => void (entry.reads += reads) };
  };
  return { made, counts: consumerCounts({ counter }) };
}

describe('counting who reads', () => {
  it('makes one counter for each user agent of a selection', async () => {
    const { made, counts } = recorder();
    const read = await plan();
    for (const userAgent of ['checkout/1.2 grpc-node-js/1.14', undefined, 'checkout/1.2 grpc-node-js/1.14'])
      counts.count(read, userAgent);
    const common = { project: 'test', featureService: 'recommender', views: ['profile', 'counts'] };
    expect(made).toEqual([
      { ...common, consumer: 'checkout', reads: 2 },
      { ...common, consumer: 'unknown', reads: 1 },
    ]);
  });

  it('counts all further ones as one when callers make up user agents', async () => {
    const { made, counts } = recorder();
    const read = await plan();
    for (let each = 0; each < 1000; each++) counts.count(read, `made-up-${each}/1`);
    expect(made).toHaveLength(101);
    expect(made[100]).toMatchObject({ consumer: 'others', reads: 900 });
    expect(read.consumers.size).toBe(101);
  });
});
