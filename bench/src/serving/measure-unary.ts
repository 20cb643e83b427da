import { alternate } from '../lib/alternate.js';
import { startRole } from '../lib/child-role.js';
import type { Metric } from '../lib/metric.js';
import { buildMetric } from '../lib/metric.js';
import type { Bench, BenchContext } from '../lib/run-bench.js';
import { echoFloor } from './echo-floor.js';
import { findLoadGenerator } from './find-load-generator.js';
import { grpcJsClients } from './grpc-js-load.js';
import type { LoadFigures } from './measured-load.js';
import { measureLoad } from './measured-load.js';
import { productServer } from './product-server.js';
import { READ_PATH, readRequest } from './read-request.js';
import type { Selection } from './serving-setup.js';
import { checkedAnswer, openServingSetup } from './serving-setup.js';

const FULL = { entities: 20_000, calls: 5_000, warmUps: 5, repeats: 31 };
const QUICK = { entities: 200, calls: 1_000, warmUps: 1, repeats: 2 };
const CONNECTIONS = 8;
const IN_FLIGHT = 64;

export interface UnaryQuestion extends Selection {
  readonly name: string;
  readonly about: string;
  /** Least ratio to the floor's calls per server CPU second. */
  readonly bar: number;
}

/** A bench of unary reads of one entity. */
export function unaryBench(question: UnaryQuestion): Bench {
  return {
    name: question.name,
    about: question.about,
    floor:
      'a grpc-js server that answers every call with the same prepared bytes, as many as the product answers with (bench/src/serving/echo-floor.ts)',
    notMeasured: [
      'latency',
      'more than one entity key: every call of a load asks for the same entity (other entities are only checked)',
      'a Redis or a client on another machine, TLS',
      "the JSON gateway and the registry's watch, which idle in production beside the read path",
      "Redis's own CPU time",
    ],
    roles: [productServer, echoFloor, grpcJsClients],
    measure: (context) => measureUnary(context, question),
  };
}

async function measureUnary(
  context: BenchContext,
  question: UnaryQuestion,
): Promise<{ conditions: string[]; metrics: Metric[] }> {
  const size = context.quick ? QUICK : FULL;
  const generator = await findLoadGenerator(context);
  const setup = await openServingSetup(context, size.entities);
  const entityNumbers = [Math.floor(size.entities / 3)];
  const expected = await checkedAnswer(setup, question, entityNumbers);
  const echo = await context.use(startRole(echoFloor, { path: READ_PATH, answer: expected }));
  const request = readRequest(question.featureService, entityNumbers);
  const load = { path: READ_PATH, request, expected, calls: size.calls, connections: CONNECTIONS, inFlight: IN_FLIGHT };
  const side = (server: typeof echo | typeof setup.server) => async () =>
    unarySamples(size.calls, await measureLoad(generator, server, { ...load, port: server.info.port }));
  const sides = { floor: side(echo), product: side(setup.server) };
  const { floor, product } = await alternate({
    sides,
    warmUps: size.warmUps,
    repeats: size.repeats,
    onProgress: context.onProgress,
  });
  const metric = (metricName: string, unit: string, bars: Metric['bars']): Metric =>
    buildMetric({
      metric: metricName,
      unit,
      bars,
      floorSamples: floor[metricName] ?? [],
      valueSamples: product[metricName] ?? [],
    });
  return {
    conditions: [
      `${size.repeats} repeats of ${size.calls} calls after ${size.warmUps} warm-ups, ${CONNECTIONS} connections, ${IN_FLIGHT} calls in flight`,
      `answers of ${expected.length} bytes from ${size.entities} entities in ${setup.redis.describe}`,
      `load: ${generator.describe}, which checks ${generator.checks}`,
    ],
    metrics: [
      metric('calls per server CPU second', 'calls/s', [{ on: 'ratio', atLeast: question.bar }]),
      metric('calls per second', 'calls/s', []),
    ],
  };
}

function unarySamples(calls: number, { serverCpuSeconds, seconds }: LoadFigures): Record<string, number> {
  return { 'calls per server CPU second': calls / serverCpuSeconds, 'calls per second': calls / seconds };
}
