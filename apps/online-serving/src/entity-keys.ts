import type { FeatureValue, JoinKeySpec, Problem } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import { encodeEntityKey, entityKeyPrefix } from '@larder/row-format';
import type { PackedKeys } from '@larder/online-store';
import type { JoinKeyColumnValues, WireValues } from '@larder/serving-api';
import { KeyPrefixWriter } from './key-prefix-writer.js';
import type { ReadPlan, ViewPlan } from './read-plan.js';

/** More entities than this in one call are refused. */
export const MAX_ENTITIES = 5000;

/** Problems beyond this many are summed up: one mistake repeated 5,000 times is one mistake. */
const MAX_PROBLEMS = 20;

const INT32_LIMIT = 2 ** 31;

/**
 * The entities of a request as key prefixes, per view of the plan and in request order.
 * An entity with a null join key has no row: its prefix is one that is never written.
 * INVALID_ARGUMENT with every problem: missing, unknown or repeated columns, unequal lengths, wrong types, too many entities.
 */
export function buildKeyPrefixes(plan: ReadPlan, columns: readonly JoinKeyColumnValues[]): PackedKeys[] {
  if (!columnsFit(plan.joinKeys, columns))
    throw LarderError.fromProblems('join keys', columnProblems(plan.joinKeys, columns));
  const problems: Problem[] = [];
  const prefixes: PackedKeys[] = [];
  for (const view of plan.views)
    prefixes.push(prefixes[view.sameKeysAs] ?? viewPrefixes(plan.project, view, { columns, problems }));
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems);
  return prefixes;
}

/** Whether every expected column is there once, with equally many entities, and nothing else: what nearly all requests are. */
function columnsFit(expected: readonly JoinKeySpec[], columns: readonly JoinKeyColumnValues[]): boolean {
  const entities = entityCount(columns[0]);
  if (columns.length !== expected.length || entities === 0 || entities > MAX_ENTITIES) return false;
  for (const { name } of expected) if (entityCount(findColumn(columns, name)) !== entities) return false;
  return true;
}

function findColumn(columns: readonly JoinKeyColumnValues[], name: string): JoinKeyColumnValues | undefined {
  for (const column of columns) if (column.name === name) return column;
  return undefined;
}

/** How many entities a column has, without reading its values. */
function entityCount(column: JoinKeyColumnValues | undefined): number {
  if (column?.wire !== undefined) return column.wire.spans.length / 2;
  return column?.values.length ?? 0;
}

function columnProblems(expected: readonly JoinKeySpec[], columns: readonly JoinKeyColumnValues[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Set(columns.map((column) => column.name));
  const names = expected.map((key) => key.name);
  for (const key of expected)
    if (!byName.has(key.name)) problems.push({ path: key.name, message: `missing join key (${key.type})` });
  for (const { name } of columns)
    if (!names.includes(name))
      problems.push({
        path: name,
        message: `no feature of the request has this join key; expected ${names.join(', ')}`,
      });
  if (byName.size < columns.length) problems.push({ path: 'join_keys', message: 'a join key is given twice' });
  const lengths = new Set(columns.map(entityCount));
  if (lengths.size > 1)
    problems.push({
      path: 'join_keys',
      message: `columns of unequal length: ${columns.map((column) => `${column.name} has ${entityCount(column)}`).join(', ')}`,
    });
  const entities = Math.max(0, ...lengths);
  if (problems.length === 0 && entities === 0)
    problems.push({ path: 'join_keys', message: 'expected at least one entity' });
  if (entities > MAX_ENTITIES)
    problems.push({ path: 'join_keys', message: `${entities} entities; at most ${MAX_ENTITIES} in one call` });
  return problems;
}

interface PrefixContext {
  readonly columns: readonly JoinKeyColumnValues[];
  readonly problems: Problem[];
}

function viewPrefixes(project: string, view: ViewPlan, context: PrefixContext): PackedKeys {
  const { joinKeys } = view;
  const columns = joinKeys.map((key) => findColumn(context.columns, key.requestName));
  const entities = entityCount(columns[0]);
  const wire = joinKeys.length === 1 && joinKeys[0]?.type === 'string' ? columns[0]?.wire : undefined;
  const writer = new KeyPrefixWriter(project, entities, wire === undefined ? 16 * entities : wireBytes(wire));
  for (let entity = 0; entity < entities; entity++) {
    if (wire !== undefined && writer.addString(wire, wire.spans[2 * entity] ?? 0, wire.spans[2 * entity + 1] ?? 0))
      continue;
    const values = columns.map((column) => column?.values[entity]);
    writer.add(carefulPrefix(project, view, { values, entity, problems: context.problems }));
  }
  return writer.packed();
}

function wireBytes({ spans }: WireValues): number {
  return (spans.at(-1) ?? 0) - (spans[0] ?? 0);
}

/** The prefix of one entity by its values; what is wrong with them goes to the problems. */
function carefulPrefix(
  project: string,
  view: ViewPlan,
  entity: {
    readonly values: readonly (FeatureValue | undefined)[];
    readonly entity: number;
    readonly problems: Problem[];
  },
): string {
  const { values, problems } = entity;
  try {
    return values.includes(null) ? `${project}{000}:` : entityPrefix(project, view, values);
  } catch (error) {
    if (!isLarderError(error)) throw error;
    if (problems.length < MAX_PROBLEMS) problems.push({ path: `entity ${entity.entity}`, message: error.message });
    return '';
  }
}

function entityPrefix(project: string, { joinKeys }: ViewPlan, values: readonly (FeatureValue | undefined)[]): string {
  for (let index = 0; index < joinKeys.length; index++)
    checkKeyValue(joinKeys[index] as ViewPlan['joinKeys'][number], values[index]);
  return entityKeyPrefix(project, encodeEntityKey(joinKeys, values as readonly FeatureValue[]));
}

function checkKeyValue(key: ViewPlan['joinKeys'][number], value: FeatureValue | undefined): void {
  if (value === undefined)
    throw new LarderError(
      'INVALID_ARGUMENT',
      `join key ${key.requestName}: expected a ${key.type}, got a value of another kind`,
    );
  if (key.type === 'int32' && typeof value === 'number' && !(value >= -INT32_LIMIT && value < INT32_LIMIT)) {
    throw new LarderError('INVALID_ARGUMENT', `join key ${key.requestName}: ${value} is not an int32`);
  }
}
