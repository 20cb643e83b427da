import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import type { CodeInput } from './generated-code.js';
import type { ServiceContract } from './service-contract.js';
import { contractNote, pascalCase } from './service-contract.js';

const TYPES: Readonly<Record<ScalarTypeName, string>> = {
  bool: 'boolean',
  int32: 'number',
  int64: 'bigint',
  float32: 'number',
  float64: 'number',
  string: 'string',
  bytes: 'Uint8Array',
  timestamp: 'bigint',
  date: 'string',
  decimal: 'string',
  json: 'unknown',
};

const UNITS: Partial<Readonly<Record<ScalarTypeName, string>>> = {
  timestamp: 'microseconds since 1970, UTC',
  date: 'YYYY-MM-DD',
  decimal: 'exact digits',
};

/** Types of keys and values of each service and typed functions over `@larder/client`. */
export function typeScriptText({ project, from, command, services }: CodeInput): string {
  const head = [
    `// Made by \`${command}\` from ${from}. Do not edit; make it again.`,
    "import type { LarderClient, OnlineFeatures, ReadOptions } from '@larder/client';",
    '',
    '/** The project that these services are of; give it to the client where its server has several. */',
    `export const PROJECT = ${JSON.stringify(project)};`,
    '',
    "type Options = Omit<ReadOptions, 'fullFeatureNames'>;",
  ];
  return `${[...head, ...services.flatMap(serviceLines)].join('\n')}\n`;
}

function serviceLines(service: ServiceContract): string[] {
  const name = pascalCase(service.name);
  const selection = `{ featureService: ${JSON.stringify(service.name)} }`;
  const options = `{ ...options, fullFeatureNames: ${service.fullFeatureNames} }`;
  return [
    '',
    `/** Join keys of ${service.name}. */`,
    `export type ${name}Keys = {`,
    ...service.joinKeys.flatMap((key) => propertyLines(key.name, key.type, { isNullable: false })),
    '};',
    '',
    ...comment('', contractNote(service) || `Features of ${service.name}.`),
    `export type ${name}Features = {`,
    ...service.features.flatMap((each) =>
      propertyLines(each.name, each.type, { isNullable: true, note: contractNote(each) }),
    ),
    '};',
    '',
    `/** The newest features of one entity; why a value is null says its status. Throws LarderError. */`,
    `export async function get${name}(`,
    '  client: LarderClient,',
    `  keys: ${name}Keys,`,
    '  options: Options = {},',
    `): Promise<OnlineFeatures<${name}Features>> {`,
    `  const [only] = await get${name}Batch(client, [keys], options);`,
    `  return only as OnlineFeatures<${name}Features>;`,
    '}',
    '',
    `/** As \`get${name}\`, of 1 to 5,000 entities in their order. */`,
    `export async function get${name}Batch(`,
    '  client: LarderClient,',
    `  entities: readonly ${name}Keys[],`,
    '  options: Options = {},',
    `): Promise<OnlineFeatures<${name}Features>[]> {`,
    `  const rows = await client.read(${selection}, entities, ${options});`,
    `  return rows as OnlineFeatures<${name}Features>[];`,
    '}',
  ];
}

interface PropertyOptions {
  readonly isNullable: boolean;
  readonly note?: string;
}

function propertyLines(name: string, type: ValueTypeName, { isNullable, note = '' }: PropertyOptions): string[] {
  const element = listElementType(type);
  const text = element === undefined ? TYPES[type as ScalarTypeName] : `readonly ${TYPES[element]}[]`;
  const unit = UNITS[element ?? (type as ScalarTypeName)];
  const notes = [note, ...(unit === undefined ? [] : [`(${unit})`])].filter((each) => each !== '').join(' ');
  return [...comment('  ', notes), `  readonly ${name}: ${text}${isNullable ? ' | null' : ''};`];
}

function comment(indent: string, text: string): string[] {
  return text === '' ? [] : [`${indent}/** ${text.replaceAll('*/', '* /')} */`];
}
