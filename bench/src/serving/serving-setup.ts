import type { BenchRedis } from '../lib/bench-redis.js';
import { openBenchRedis } from '../lib/bench-redis.js';
import type { Child } from '../lib/child-role.js';
import { startRole } from '../lib/child-role.js';
import type { BenchContext } from '../lib/run-bench.js';
import { checkAnswer } from './check-answers.js';
import { fillStore } from './fill-store.js';
import { productServer } from './product-server.js';
import { createRawClient } from './raw-call.js';
import { READ_PATH, readRequest } from './read-request.js';

/** A filled Redis and the product's server on it. */
export interface ServingSetup {
  readonly redis: BenchRedis;
  readonly server: Child<{ readonly port: number }, never, unknown>;
  readonly entities: number;
}

/** What is read in every call. */
export interface Selection {
  readonly featureService: string;
  readonly views: number;
}

/** Opens both; everything is closed with the bench. */
export async function openServingSetup(context: BenchContext, entities: number): Promise<ServingSetup> {
  const redis = await context.use(openBenchRedis());
  context.onProgress(`writing ${entities} entities`);
  await fillStore(redis.url, entities);
  const { profileDirectory } = context;
  const server = await context.use(startRole(productServer, { redisUrl: redis.url }, { profileDirectory }));
  return { redis, server, entities };
}

const CHECKED_CALLS = 20;

/**
 * The bytes that the product answers a request with. Before, that it answers right: this request and, for `CHECKED_CALLS` other
 * sets of entities, every value is compared with what was written.
 */
export async function checkedAnswer(
  { server, entities }: ServingSetup,
  selection: Selection,
  entityNumbers: readonly number[],
): Promise<Buffer> {
  const client = createRawClient(server.info.port, READ_PATH);
  try {
    for (let shift = 1; shift <= CHECKED_CALLS; shift++) {
      const others = entityNumbers.map((each) => (each + shift * 7) % entities);
      checkAnswer(await client.call(readRequest(selection.featureService, others)), others, selection.views);
    }
    const answer = await client.call(readRequest(selection.featureService, entityNumbers));
    checkAnswer(answer, entityNumbers, selection.views);
    return answer;
  } finally {
    client.close();
  }
}
