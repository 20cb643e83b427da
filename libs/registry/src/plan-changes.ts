import { canonicalJson } from './canonical-json.js';
import { sameMeaning } from './build-snapshot.js';
import type { Definitions, FeatureViewDefinition } from './snapshot.js';

export type ObjectKind = 'entity' | 'source' | 'featureView' | 'featureService';

export interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One difference between what is registered and what the code says. */
export interface Change {
  readonly action: 'add' | 'change' | 'retire';
  readonly kind: ObjectKind;
  readonly name: string;
  readonly fields: readonly FieldChange[];
  /** For views: online values have to be computed anew. */
  readonly rematerialize: boolean;
}

const SECTIONS = [
  ['entity', 'entities'],
  ['source', 'sources'],
  ['featureView', 'featureViews'],
  ['featureService', 'featureServices'],
] as const;

const REGISTRY_FIELDS: ReadonlySet<string> = new Set(['id', 'version']);

/** What applying `after` over `before` would add, change and retire. Pure; empty when they agree. */
export function planChanges(before: Definitions | undefined, after: Definitions): Change[] {
  return SECTIONS.flatMap(([kind, section]) => {
    const old = new Map<string, object>((before?.[section] ?? []).map((each) => [each.name, each]));
    const names = new Set([...old.keys(), ...after[section].map((each) => each.name)]);
    return [...names].sort().flatMap((name) => {
      const next = after[section].find((each) => each.name === name);
      return change(kind, name, old.get(name), next, { before, after });
    });
  });
}

function change(kind: ObjectKind, name: string, before: object | undefined, after: object | undefined, context: { before: Definitions | undefined; after: Definitions }): Change[] {
  if (after === undefined) return [{ action: 'retire', kind, name, fields: [], rematerialize: false }];
  if (before === undefined) return [{ action: 'add', kind, name, fields: [], rematerialize: kind === 'featureView' }];
  const fields = fieldChanges(before, after);
  const rematerialize = kind === 'featureView' && !sameMeaning(before as FeatureViewDefinition, context.before, after as FeatureViewDefinition, context.after);
  return fields.length === 0 && !rematerialize ? [] : [{ action: 'change', kind, name, fields, rematerialize }];
}

function fieldChanges(before: object, after: object): FieldChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const next = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((field) => !REGISTRY_FIELDS.has(field) && canonicalJson(old.get(field) ?? null) !== canonicalJson(next.get(field) ?? null))
    .map((field) => ({ field, before: old.get(field), after: next.get(field) }));
}
