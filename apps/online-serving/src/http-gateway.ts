import type { FeatureValue, JoinKeySpec, JsonValue, Problem } from '@larder/registry';
import { LarderError, valueFromJson } from '@larder/registry';
import { createRouter, exactJsonText } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import { decodeResponse, encodeWarning, WARNING_HEADER } from '@larder/serving-api';
import type { JoinKeyColumnValues } from '@larder/serving-api';
import type { ConsumerCounts } from './consumer-counts.js';
import { parseJsonRequest, selectionOf } from './json-request.js';
import type { JsonKey, JsonReadRequest } from './json-request.js';
import { columnsJson, oneEntityJson } from './json-response.js';
import type { PlanCache } from './plan-cache.js';
import type { Question, ReadService } from './read-service.js';

/** The JSON form of the reads, on the same read service as gRPC; `GET /health` for Feast's clients. */
export function createGatewayRouter({
  reads,
  consumers,
}: {
  readonly reads: ReadService;
  readonly consumers: ConsumerCounts;
}): Router {
  const router = createRouter();
  router.get('/health', (_request, response) => void response.status(200).end());
  router.post('/get-online-features', async (request, response) => {
    if (request.body === undefined)
      throw LarderError.fromProblems('request body', [
        { path: 'body', message: 'expected a JSON body with the header content-type: application/json' },
      ]);
    const asked = parseJsonRequest(request.body);
    const { bytes, plan } = await reads.answer(asked.project, (plans) => questionOf(plans, asked), undefined);
    consumers.count(plan, request.get('user-agent'));
    const answer = decodeResponse(bytes);
    const body = asked.shape === 'columns' ? columnsJson(asked.columns, answer) : oneEntityJson(asked.columns, answer);
    if (plan.warnings.length > 0) response.set(WARNING_HEADER, plan.warnings.map(encodeWarning));
    response.type('application/json').send(exactJsonText(body));
  });
  return router;
}

function questionOf(plans: PlanCache, request: JsonReadRequest): Question {
  const plan = plans.plan(selectionOf(request, plans.servedViews()));
  return { plan, joinKeys: typedColumns(plan.joinKeys, request.columns), maxAgeMicros: request.maxAgeMicros };
}

/** JSON keys as values of their declared types: times, dates and bytes are text in JSON. */
function typedColumns(
  expected: readonly JoinKeySpec[],
  columns: ReadonlyMap<string, readonly JsonKey[]>,
): JoinKeyColumnValues[] {
  const problems: Problem[] = [];
  const typed = [...columns].map(([name, values]) => {
    const key = expected.find((each) => each.name === name);
    return {
      name,
      values:
        key === undefined ? [...values] : values.map((value, entity) => typedKey(key, value, { entity, problems })),
    };
  });
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems.slice(0, 20));
  return typed;
}

function typedKey(key: JoinKeySpec, value: JsonKey, context: { entity: number; problems: Problem[] }): FeatureValue {
  const typed = typeof value === 'bigint' ? bigintKey(key, value) : valueFromJson(key.type, value as JsonValue);
  if (typed !== undefined) return typed;
  context.problems.push({
    path: `${key.name}[${context.entity}]`,
    message: `${typeof value === 'string' ? JSON.stringify(value) : String(value)} is not a ${key.type}`,
  });
  return null;
}

function bigintKey(key: JoinKeySpec, value: bigint): FeatureValue | undefined {
  return key.type === 'int64' && BigInt.asIntN(64, value) === value ? value : undefined;
}
