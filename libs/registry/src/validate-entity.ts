import { duplicates, problemWithJoinKeyName, problemWithName } from './names.js';
import type { EntitySpec } from './snapshot.js';
import type { ValidationScope } from './validation-scope.js';
import { JOIN_KEY_TYPES } from './value-type.js';

const TYPES: ReadonlySet<string> = new Set(JOIN_KEY_TYPES);

export function validateEntity({ report }: ValidationScope, entity: EntitySpec): void {
  const path = `entities.${entity.name}`;
  report(path, problemWithName(entity.name));
  if (entity.joinKeys.length === 0) report(`${path}.joinKeys`, 'an entity needs at least one join key');
  for (const name of duplicates(entity.joinKeys.map((key) => key.name))) {
    report(`${path}.joinKeys.${name}`, 'is defined twice');
  }
  for (const { name, type } of entity.joinKeys) {
    report(`${path}.joinKeys.${name}`, problemWithJoinKeyName(name), problemWithJoinKeyType(type));
  }
}

function problemWithJoinKeyType(type: string): string | undefined {
  if (TYPES.has(type)) return undefined;
  return `type ${type} cannot identify an entity; expected one of ${JOIN_KEY_TYPES.join(', ')}`;
}
