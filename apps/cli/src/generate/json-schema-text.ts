import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import type { CodeInput } from './generated-code.js';
import type { ContractFeature, ServiceContract } from './service-contract.js';
import { contractNote } from './service-contract.js';

type Schema = Readonly<Record<string, unknown>>;

const INT64 = { type: 'integer', minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };
const FLOAT = { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] };
const TIME = '^\\d{4,}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$';

const TYPES: Readonly<Record<ScalarTypeName, Schema>> = {
  bool: { type: 'boolean' },
  int32: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: INT64,
  float32: FLOAT,
  float64: FLOAT,
  string: { type: 'string' },
  bytes: { type: 'string', contentEncoding: 'base64' },
  timestamp: { type: 'string', pattern: TIME },
  date: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  decimal: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
  json: {},
};

const STATUSES = ['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE', 'UNAVAILABLE'];

/**
 * JSON Schema 2020-12 of the JSON gateway's read of one entity: `$defs/SERVICE.request` and `$defs/SERVICE.response` of each service.
 */
export function jsonSchemaText({ project, from, command, services }: CodeInput): string {
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:larder:${project}`,
    $comment: `Made by \`${command}\` from ${from}. Do not edit; make it again.`,
    title: `Feature services of ${project}: bodies of POST /get-online-features for one entity`,
    $defs: Object.fromEntries(
      services.flatMap((service) => [
        [`${service.name}.request`, requestSchema(project, service)],
        [`${service.name}.response`, responseSchema(service)],
      ]),
    ),
  };
  return `${exactJson(document)}\n`;
}

function requestSchema(project: string, service: ServiceContract): Schema {
  const keys = service.joinKeys.map(({ name, type }) => [name, nullable(typeSchema(type))] as const);
  return {
    ...described(service),
    type: 'object',
    properties: {
      project: { const: project },
      feature_service: { const: service.name },
      ...(service.fullFeatureNames ? { full_feature_names: { const: true } } : {}),
      max_age_seconds: { type: 'number', exclusiveMinimum: 0 },
      ...Object.fromEntries(keys),
    },
    required: [
      'feature_service',
      ...(service.fullFeatureNames ? ['full_feature_names'] : []),
      ...service.joinKeys.map((key) => key.name),
    ],
    additionalProperties: false,
  };
}

function responseSchema(service: ServiceContract): Schema {
  const { features, joinKeys } = service;
  const byFeature = (schema: (feature: ContractFeature) => Schema): Schema =>
    closedObject(features.map((feature) => [feature.name, schema(feature)] as const));
  return {
    ...described(service),
    ...closedObject([
      ...joinKeys.map(({ name, type }) => [name, nullable(typeSchema(type))] as const),
      ['features', byFeature((each) => ({ ...described(each), ...nullable(typeSchema(each.type)) }))],
      ['statuses', byFeature(() => ({ enum: STATUSES }))],
      ['event_times', byFeature(() => nullable(TYPES.timestamp))],
    ]),
  };
}

function closedObject(properties: readonly (readonly [string, Schema])[]): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
    additionalProperties: false,
  };
}

function typeSchema(type: ValueTypeName): Schema {
  const element = listElementType(type);
  return element === undefined ? TYPES[type as ScalarTypeName] : { type: 'array', items: TYPES[element] };
}

/** An empty schema allows null anyway. */
function nullable(schema: Schema): Schema {
  if (Object.keys(schema).length === 0) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}

function described(thing: Pick<ContractFeature, 'description' | 'deprecated'>): Schema {
  const note = contractNote(thing);
  return {
    ...(note === '' ? {} : { description: note }),
    ...(thing.deprecated === undefined ? {} : { deprecated: true }),
  };
}

/** The bounds of int64 are beyond what a JavaScript number holds; their digits are written as they are. */
function exactJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_key, each: unknown) => (typeof each === 'bigint' ? `\u0000${each}\u0000` : each),
    2,
  );
  return text.replace(/"\\u0000(-?\d+)\\u0000"/g, '$1');
}
