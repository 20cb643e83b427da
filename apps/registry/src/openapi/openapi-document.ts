import { ERROR_CODES, valueTypeSchema } from '@larder/registry';
import type { ErrorCode } from '@larder/registry';
import { namedObjectSchemas } from '@larder/registry-client';
import { z } from 'zod';
import { apiSchemas } from './api-schemas.js';
import { describedRoutes } from './described-routes.js';
import type { DescribedRoute } from './described-routes.js';

type Json = Readonly<Record<string, unknown>>;

const ALWAYS: readonly ErrorCode[] = ['INVALID_ARGUMENT', 'INTERNAL', 'UNAVAILABLE'];

/** What the description has in place of schemas that check less than they mean. */
const STAND_INS = new Map<z.core.$ZodType, string>([
  [namedObjectSchemas.view, reference('NumberedFeatureView')],
  [namedObjectSchemas.entity, reference('Entity')],
  [namedObjectSchemas.source, reference('Source')],
]);

/** The registry's HTTP API as an OpenAPI 3.1 document, made of the schemas that check its requests and answers. */
export function buildOpenApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of describedRoutes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Larder registry',
      version: '1',
      description:
        'Definitions of features: planned, applied, found, watched. Errors have one shape and one of a closed list of codes.',
    },
    paths,
    components: { schemas: componentSchemas() },
  };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function componentSchemas(): Record<string, Json> {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(apiSchemas)) named.add(schema, { id });
  const { schemas } = z.toJSONSchema(named, {
    uri: reference,
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const standIn = STAND_INS.get(zodSchema);
      if (standIn !== undefined) jsonSchema.$ref = standIn;
      if (zodSchema === valueTypeSchema) jsonSchema.type = 'string';
    },
  });
  const components = Object.entries(withoutNesting(schemas)).map(
    ([name, { $id: _id, $schema: _schema, ...schema }]) => [name, withDefinitions(schema)] as const,
  );
  return withNumberedViews(Object.fromEntries(components));
}

/** A numbered view is a view's definition and two numbers. */
function withNumberedViews(components: Record<string, Json>): Record<string, Json> {
  const [view, numbers] = [components['FeatureView'], components['NumberedFeatureView']].map((each) =>
    objectSchema.parse(each),
  );
  const NumberedFeatureView = {
    ...view,
    properties: { ...numbers?.properties, ...view?.properties },
    required: [...(numbers?.required ?? []), ...(view?.required ?? [])],
  };
  return { ...components, NumberedFeatureView };
}

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
});

/** What several schemas share without a name of its own gets one: a reference into the definitions of a component is none that all tools follow. */
function withoutNesting(schemas: Json): Record<string, Json> {
  const text = JSON.stringify(schemas).replaceAll('__shared#/$defs/', 'Shared_');
  const { __shared: shared, ...named } = nestedSchemas.parse(JSON.parse(text));
  const found = Object.entries(sharedSchemas.parse(shared ?? {}).$defs);
  return { ...named, ...Object.fromEntries(found.map(([name, schema]) => [`Shared_${name}`, schema])) };
}

const nestedSchemas = z.record(z.string(), z.record(z.string(), z.unknown()));
const sharedSchemas = z.object({ $defs: nestedSchemas.default({}) });

/** Requests take definitions as they come, for their own gate to check; whoever writes them needs to know what they are. */
function withDefinitions(schema: Json): Json {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null || !('definitions' in properties)) return schema;
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  return {
    ...schema,
    properties: { ...properties, definitions: { $ref: reference('Definitions') } },
    required: [...new Set(['definitions', ...required])],
  };
}

function operationOf({ method, path, summary, query, body, answer, errors = [] }: DescribedRoute): Json {
  const parameters = [...pathParameters(path), ...queryParameters(query)];
  return {
    operationId: `${method}${path.replace(/[^A-Za-z]+(\w)/g, (_match, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      200: { description: 'The answer.', content: contentOf(answer) },
      ...(answer === 'Snapshot' ? { 304: { description: 'The snapshot is the one of `if-none-match`.' } } : {}),
      ...errorResponses([...ALWAYS, ...errors], answer),
    },
  };
}

function contentOf(answer: DescribedRoute['answer']): Json {
  if (answer === 'text') return { 'text/plain': { schema: { type: 'string' } } };
  if (answer === 'events') return { 'text/event-stream': { schema: { type: 'string' } } };
  if (answer === 'document') return { 'application/json': { schema: { type: 'object' } } };
  return json(answer);
}

function json(name: string): Json {
  return { 'application/json': { schema: { $ref: reference(name) } } };
}

/** By HTTP status: codes may share one. */
function errorResponses(codes: readonly ErrorCode[], answer: DescribedRoute['answer']): Record<string, Json> {
  if (answer === 'Live' || answer === 'Readiness') return { 503: { description: 'No.', content: json(answer) } };
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes)
    byStatus.set(ERROR_CODES[code].http, [...(byStatus.get(ERROR_CODES[code].http) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [status, { description: each.join(', '), content: json('Error') }]),
  );
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'viewId' ? { type: 'integer', minimum: 1 } : { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
