import { canonicalJson } from './canonical-json.js';
import type { Definitions, FeatureViewDefinition } from './snapshot.js';
import { sameMeaning } from './view-meaning.js';

export type ObjectKind = 'entity' | 'source' | 'featureView' | 'featureService';

/** An object of a project. */
export interface ObjectName {
  readonly kind: ObjectKind;
  readonly name: string;
}

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
  /** Of a change: empty when a view's own fields are equal and only its source or its entities changed. */
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

interface Context {
  readonly before: Definitions | undefined;
  readonly after: Definitions;
  /** Neither sources nor entities differ in anything. */
  readonly sameSurroundings: () => boolean;
}

/** What applying `after` over `before` would add, change and retire. Pure; empty when they agree. */
export function planChanges(before: Definitions | undefined, after: Definitions): Change[] {
  let sameSurroundings: boolean | undefined;
  const context: Context = {
    before,
    after,
    sameSurroundings: () =>
      (sameSurroundings ??= isSame(before?.sources, after.sources) && isSame(before?.entities, after.entities)),
  };
  return SECTIONS.flatMap(([kind, section]) => {
    const old = new Map<string, object>((before?.[section] ?? []).map((each) => [each.name, each]));
    const next = new Map<string, object>(after[section].map((each) => [each.name, each]));
    const names = [...new Set([...old.keys(), ...next.keys()])].sort();
    return names.flatMap((name): Change[] => {
      const [from, to] = [old.get(name), next.get(name)];
      if (to === undefined) return [{ action: 'retire', kind, name, fields: [], rematerialize: false }];
      if (from === undefined) return [{ action: 'add', kind, name, fields: [], rematerialize: isOnlineView(kind, to) }];
      const changed = kind === 'featureView' ? viewChange(from, to, context) : objectChange(from, to);
      return changed === undefined ? [] : [{ action: 'change', kind, name, ...changed }];
    });
  });
}

type Difference = Pick<Change, 'fields' | 'rematerialize'>;

function objectChange(before: object, after: object): Difference | undefined {
  const fields = fieldChanges(before, after);
  return fields.length === 0 ? undefined : { fields, rematerialize: false };
}

/** A view changes with its source and its entities too. */
function viewChange(from: object, to: object, { before, after, sameSurroundings }: Context): Difference | undefined {
  const [old, next] = [from as FeatureViewDefinition, to as FeatureViewDefinition];
  const fields = fieldChanges(old, next);
  if (fields.length === 0 && sameSurroundings()) return undefined;
  const meansTheSame = sameMeaning(old, before, next, after);
  if (fields.length === 0 && meansTheSame) return undefined;
  return { fields, rematerialize: next.online && (!meansTheSame || !old.online) };
}

/** The canonical form costs ten times as much as the plain one, and nearly everything is equal as it stands. */
function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after) || canonicalJson(before) === canonicalJson(after);
}

function isOnlineView(kind: ObjectKind, object: object): boolean {
  return kind === 'featureView' && (object as FeatureViewDefinition).online;
}

function fieldChanges(before: object, after: object): FieldChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const next = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((field) => !REGISTRY_FIELDS.has(field))
    .filter((field) => !isSame(old.get(field) ?? null, next.get(field) ?? null))
    .map((field) => ({ field, before: old.get(field), after: next.get(field) }));
}
