import { encodeEntityKey, entityKeyPrefix, generationSuffix } from '@larder/row-format';
import { alternate } from '../lib/alternate.js';
import type { Child } from '../lib/child-role.js';
import { startRole } from '../lib/child-role.js';
import type { Metric } from '../lib/metric.js';
import { buildMetric } from '../lib/metric.js';
import type { Bench, BenchContext } from '../lib/run-bench.js';
import { findLoadGenerator } from './find-load-generator.js';
import { grpcJsClients } from './grpc-js-load.js';
import { measureLoad } from './measured-load.js';
import { mgetFloor } from './mget-floor.js';
import { productServer } from './product-server.js';
import { READ_PATH, readRequest, spreadEntities } from './read-request.js';
import { ONE_VIEW, servingSnapshot, userId } from './serving-project.js';
import { checkedAnswer, openServingSetup } from './serving-setup.js';

const CONNECTIONS = 4;
const ENTITIES_IN_STORE = 20_000;
const ROWS = 'entities per CPU second';
const SECONDS = 'entities per second';

export interface BatchQuestion {
  readonly name: string;
  readonly entities: number;
  readonly calls: number;
  readonly inFlight: number;
  /** Least entities per server CPU second on the machine of docs/performance.md. */
  readonly atLeast: number;
}

/** A bench of reads of many entities, ten features each. */
export function batchBench(question: BatchQuestion): Bench {
  return {
    name: question.name,
    about: `how many rows a second of server CPU answers, ${question.entities} entities × 10 features a call, over gRPC`,
    floor:
      'the same keys by a bare MGET per call through the same Redis client, nothing done with the rows (bench/src/serving/mget-floor.ts)',
    notMeasured: [
      'latency',
      'other entities from call to call: every call of a load asks for the same ones (others are only checked)',
      'a Redis or a client on another machine, TLS, a cluster',
      "Redis's own CPU time",
    ],
    roles: [productServer, mgetFloor, grpcJsClients],
    measure: (context) => measureBatch(context, question),
  };
}

async function measureBatch(
  context: BenchContext,
  question: BatchQuestion,
): Promise<{ conditions: string[]; metrics: Metric[] }> {
  const { entities, inFlight } = question;
  const size = context.quick
    ? { calls: 40, warmUps: 1, repeats: 2 }
    : { calls: question.calls, warmUps: 5, repeats: 25 };
  const generator = await findLoadGenerator(context);
  const setup = await openServingSetup(context, ENTITIES_IN_STORE);
  const entityNumbers = spreadEntities(entities, ENTITIES_IN_STORE);
  const expected = await checkedAnswer(setup, { featureService: ONE_VIEW, views: 1 }, entityNumbers);
  const bare = await context.use(startRole(mgetFloor, { redisUrl: setup.redis.url, keys: rowKeys(entityNumbers) }));
  const { port } = setup.server.info;
  const load = {
    port,
    path: READ_PATH,
    request: readRequest(ONE_VIEW, entityNumbers),
    expected,
    calls: size.calls,
    connections: CONNECTIONS,
    inFlight,
  };
  const sides = {
    floor: () => runMgets(bare, { calls: size.calls, inFlight }),
    product: async () => {
      const { serverCpuSeconds, seconds } = await measureLoad(generator, setup.server, load);
      return { [ROWS]: (size.calls * entities) / serverCpuSeconds, [SECONDS]: (size.calls * entities) / seconds };
    },
  };
  const { floor, product } = await alternate({
    sides,
    warmUps: size.warmUps,
    repeats: size.repeats,
    onProgress: context.onProgress,
  });
  const metric = (name: string, bars: Metric['bars']): Metric =>
    buildMetric({
      metric: name,
      unit: 'entities/s',
      bars,
      floorSamples: floor[name] ?? [],
      valueSamples: product[name] ?? [],
    });
  return {
    conditions: [
      `${size.repeats} repeats of ${size.calls} calls after ${size.warmUps} warm-ups, ${CONNECTIONS} connections, ${inFlight} calls in flight on both sides`,
      `rows of ${Math.round(bare.info.rowBytes)} bytes, ${ENTITIES_IN_STORE} entities in ${setup.redis.describe}`,
      `load: ${generator.describe}, which checks ${generator.checks}`,
    ],
    metrics: [
      metric(ROWS, [
        { on: 'ratio', atLeast: 0.65 },
        { on: 'value', atLeast: question.atLeast },
      ]),
      metric(SECONDS, []),
    ],
  };
}

async function runMgets(
  bare: Child<unknown, { readonly calls: number; readonly inFlight: number }, { readonly rows: number }>,
  request: { readonly calls: number; readonly inFlight: number },
): Promise<Record<string, number>> {
  const before = await bare.usage();
  const startedMs = performance.now();
  const { rows } = await bare.run(request);
  const seconds = (performance.now() - startedMs) / 1000;
  const after = await bare.usage();
  return { [ROWS]: rows / (after.cpuSeconds - before.cpuSeconds), [SECONDS]: rows / seconds };
}

/** The keys under which the product finds the rows. */
function rowKeys(entityNumbers: readonly number[]): string[] {
  const view = servingSnapshot.featureViews.find(({ name }) => name === 'activity_0');
  if (view === undefined) throw new Error('the view is missing');
  const suffix = generationSuffix(view.id, 1);
  return entityNumbers.map((each) => {
    const entityKey = encodeEntityKey([{ name: 'user_id', type: 'string' }], [userId(each)]);
    return entityKeyPrefix(servingSnapshot.project, entityKey) + suffix;
  });
}
