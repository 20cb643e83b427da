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
  if (!columnsFit(plan.joinKeys, columns))
    throw LarderError.fromProblems('join keys', columnProblems(plan.joinKeys, columns));
  const problems: Problem[] = [];
  const prefixes: string[][] = [];
  for (const view of plan.views)
    prefixes.push(prefixes[view.sameKeysAs] ?? viewPrefixes(plan.project, view, { columns, problems }));
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems);
  return prefixes;
}

/** Whether every expected column is there once, with equally many entities, and nothing else: what nearly all requests are. */
function columnsFit(expected: readonly JoinKeySpec[], columns: readonly JoinKeyColumnValues[]): boolean {
  const entities = columns[0]?.values.length ?? 0;
  if (columns.length !== expected.length || entities === 0 || entities > MAX_ENTITIES) return false;
  for (const { name } of expected) if (findValues(columns, name).length !== entities) return false;
  return true;
}

function findValues(columns: readonly JoinKeyColumnValues[], name: string): JoinKeyColumnValues['values'] {
  for (const column of columns) if (column.name === name) return column.values;
  return [];
}

function columnProblems(expected: readonly JoinKeySpec[], columns: readonly JoinKeyColumnValues[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map(columns.map((column) => [column.name, column.values]));
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
  const lengths = new Set(columns.map((column) => column.values.length));
  if (lengths.size > 1)
    problems.push({
      path: 'join_keys',
      message: `columns of unequal length: ${columns.map((column) => `${column.name} has ${column.values.length}`).join(', ')}`,
    });
  const entities = Math.max(0, ...lengths);
  if (problems.length === 0 && entities === 0)
    problems.push({ path: 'join_keys', message: 'expected at least one entity' });
  if (entities > MAX_ENTITIES)
    problems.push({ path: 'join_keys', message: `${entities} entities; at most ${MAX_ENTITIES} in one call` });
  return problems;
}

function viewPrefixes(
  project: string,
  view: ViewPlan,
  context: { readonly columns: readonly JoinKeyColumnValues[]; readonly problems: Problem[] },
): string[] {
  const { joinKeys } = view;
  const columns = joinKeys.map((key) => findValues(context.columns, key.requestName));
  const entities = columns[0]?.length ?? 0;
  const values: (FeatureValue | undefined)[] = joinKeys.map(() => null);
  const prefixes = new Array<string>(entities);
  for (let entity = 0; entity < entities; entity++) {
    for (let index = 0; index < columns.length; index++) values[index] = columns[index]?.[entity];
    try {
      prefixes[entity] = values.includes(null) ? `${project}{000}:` : entityPrefix(project, view, values);
    } catch (error) {
      if (!isLarderError(error)) throw error;
      if (context.problems.length < MAX_PROBLEMS)
        context.problems.push({ path: `entity ${entity}`, message: error.message });
    }
  }
  return prefixes;
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
