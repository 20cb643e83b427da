import type { FeatureValue, JoinKeySpec, Problem } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import { encodeEntityKey, entityKeyPrefix } from '@larder/row-format';
import type { JoinKeyColumnValues } from '@larder/serving-api';
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
export function buildKeyPrefixes(plan: ReadPlan, columns: readonly JoinKeyColumnValues[]): string[][] {
  const byName = new Map(columns.map((column) => [column.name, column.values]));
  const problems = columnProblems(plan.joinKeys, columns, byName);
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems);
  const entities = columns[0]?.values.length ?? 0;
  const prefixes = plan.views.map((view) => viewPrefixes(plan.project, view, { byName, entities, problems }));
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems.slice(0, MAX_PROBLEMS));
  return prefixes;
}

type Columns = ReadonlyMap<string, readonly (FeatureValue | undefined)[]>;

function columnProblems(expected: readonly JoinKeySpec[], columns: readonly JoinKeyColumnValues[], byName: Columns): Problem[] {
  const problems: Problem[] = [];
  const names = expected.map((key) => key.name);
  for (const key of expected) if (!byName.has(key.name)) problems.push({ path: key.name, message: `missing join key (${key.type})` });
  for (const { name } of columns) if (!names.includes(name)) problems.push({ path: name, message: `no feature of the request has this join key; expected ${names.join(', ')}` });
  if (byName.size < columns.length) problems.push({ path: 'join_keys', message: 'a join key is given twice' });
  const lengths = new Set(columns.map((column) => column.values.length));
  if (lengths.size > 1) problems.push({ path: 'join_keys', message: `columns of unequal length: ${columns.map((column) => `${column.name} has ${column.values.length}`).join(', ')}` });
  const entities = Math.max(0, ...lengths);
  if (problems.length === 0 && entities === 0) problems.push({ path: 'join_keys', message: 'expected at least one entity' });
  if (entities > MAX_ENTITIES) problems.push({ path: 'join_keys', message: `${entities} entities; at most ${MAX_ENTITIES} in one call` });
  return problems;
}

function viewPrefixes(project: string, view: ViewPlan, context: { byName: Columns; entities: number; problems: Problem[] }): string[] {
  const { byName, entities, problems } = context;
  const columns = view.joinKeys.map((key) => byName.get(key.requestName) ?? []);
  const prefixes = new Array<string>(entities);
  for (let entity = 0; entity < entities; entity++) {
    const values = columns.map((column) => column[entity]);
    prefixes[entity] = values.includes(null) ? `${project}{000}:` : entityPrefix(project, view, { values, entity, problems });
  }
  return prefixes;
}

function entityPrefix(project: string, view: ViewPlan, context: { values: readonly (FeatureValue | undefined)[]; entity: number; problems: Problem[] }): string {
  const { values, entity, problems } = context;
  try {
    for (const [index, key] of view.joinKeys.entries()) checkKeyValue(key, values[index]);
    return entityKeyPrefix(project, encodeEntityKey(view.joinKeys, values as readonly FeatureValue[]));
  } catch (error) {
    if (!isLarderError(error)) throw error;
    if (problems.length < MAX_PROBLEMS) problems.push({ path: `entity ${entity}`, message: error.message });
    return '';
  }
}

function checkKeyValue(key: ViewPlan['joinKeys'][number], value: FeatureValue | undefined): void {
  if (value === undefined) throw new LarderError('INVALID_ARGUMENT', `join key ${key.requestName}: expected a ${key.type}, got a value of another kind`);
  if (key.type === 'int32' && typeof value === 'number' && !(value >= -INT32_LIMIT && value < INT32_LIMIT)) {
    throw new LarderError('INVALID_ARGUMENT', `join key ${key.requestName}: ${value} is not an int32`);
  }
}
