import type { FeatureValue, JoinKeySpec, JsonValue, Problem } from '@larder/registry';
import { LarderError, valueFromJson } from '@larder/registry';

export type KeyArguments = Readonly<Record<string, string>>;

/** `user_id=8a2f` or `origin=SFO,destination=LAX` as names and texts. INVALID_ARGUMENT for anything else. */
export function parseKeyArgument(argument: string): KeyArguments {
  const pairs = argument.split(',').map((part) => part.split(/=(.*)/s, 2));
  if (pairs.some(([name, value]) => name === undefined || name === '' || value === undefined)) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `not an entity: ${JSON.stringify(argument)}; expected join_key=value, several joined by commas`,
    );
  }
  return Object.fromEntries(pairs as [string, string][]);
}

/** Texts as values of the declared types; all problems at once. */
export function typedKeys(
  entities: readonly KeyArguments[],
  specs: readonly JoinKeySpec[],
): Record<string, FeatureValue>[] {
  const problems: Problem[] = [];
  const typed = entities.map((entity) =>
    Object.fromEntries(Object.entries(entity).map(([name, text]) => [name, typedKey(name, text, { specs, problems })])),
  );
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems);
  return typed;
}

function typedKey(
  name: string,
  text: string,
  { specs, problems }: { readonly specs: readonly JoinKeySpec[]; readonly problems: Problem[] },
): FeatureValue {
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) {
    problems.push({ path: name, message: `no such join key; expected ${specs.map((each) => each.name).join(', ')}` });
    return null;
  }
  const value = valueFromJson(spec.type, jsonForm(spec, text));
  if (value === undefined) problems.push({ path: name, message: `${JSON.stringify(text)} is not a ${spec.type}` });
  return value ?? null;
}

/** JSON has words for truth and small numbers; everything else is text in it. */
function jsonForm({ type }: JoinKeySpec, text: string): JsonValue {
  if (type === 'bool' && (text === 'true' || text === 'false')) return text === 'true';
  return type === 'int32' && text.trim() !== '' ? Number(text) : text;
}
