import type { Problem } from './larder-error.js';
import type { ObjectKind, ObjectName } from './plan-changes.js';
import type { Definitions } from './snapshot.js';

export interface MergeOptions {
  /** True = what `code` does not have is retired, unless it is protected; false = it stays. */
  readonly prune: boolean;
}

export interface Merge {
  /** What would be registered. Its rules are to be checked as a whole: what stays may refer to what changed. */
  readonly definitions: Definitions;
  /** Registered objects that `code` does not have and that stay. */
  readonly kept: readonly ObjectName[];
  /** Protected objects that pruning would retire; they stay in `definitions`. */
  readonly refused: readonly Problem[];
}

const SECTIONS = [
  ['entity', 'entities'],
  ['source', 'sources'],
  ['featureView', 'featureViews'],
  ['featureService', 'featureServices'],
] as const satisfies readonly (readonly [ObjectKind, keyof Definitions])[];

interface MergedSection<T> {
  readonly objects: readonly T[];
  readonly kept: readonly ObjectName[];
  readonly refused: readonly Problem[];
}

/** The definitions of one repository laid over what is registered: several may share a project, each with its own part. Pure. */
export function mergeDefinitions(current: Definitions | undefined, code: Definitions, { prune }: MergeOptions): Merge {
  const kept: ObjectName[] = [];
  const refused: Problem[] = [];
  const merged = <T extends Named>(kind: ObjectKind, before: readonly T[] | undefined, after: readonly T[]): T[] => {
    const section = mergeSection({ kind, before: before ?? [], after, prune });
    kept.push(...section.kept);
    refused.push(...section.refused);
    return [...section.objects];
  };
  const definitions: Definitions = {
    formatVersion: code.formatVersion,
    project: code.project,
    entities: merged('entity', current?.entities, code.entities),
    sources: merged('source', current?.sources, code.sources),
    featureViews: merged('featureView', current?.featureViews.map(withoutNumbers), code.featureViews),
    featureServices: merged('featureService', current?.featureServices, code.featureServices),
  };
  return { definitions, kept, refused };
}

interface Named {
  readonly name: string;
  readonly protect?: boolean;
}

function mergeSection<T extends Named>(section: {
  readonly kind: ObjectKind;
  readonly before: readonly T[];
  readonly after: readonly T[];
  readonly prune: boolean;
}): MergedSection<T> {
  const { kind, before, after, prune } = section;
  const names = new Set(after.map((each) => each.name));
  const gone = before.filter((each) => !names.has(each.name));
  const stays = prune ? gone.filter((each) => each.protect === true) : gone;
  const path = SECTIONS.find(([each]) => each === kind)?.[1] ?? kind;
  return {
    objects: [...after, ...stays].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    kept: prune ? [] : gone.map(({ name }) => ({ kind, name })),
    refused: prune
      ? stays.map(({ name }) => ({
          path: `${path}.${name}`,
          message: 'is protected and cannot be retired; take `protect` away in an apply of its own first',
        }))
      : [],
  };
}

/** A snapshot's view as its definition. */
function withoutNumbers<T extends object>(view: T): T {
  const { id: _id, version: _version, ...definition } = view as T & { id?: number; version?: number };
  return definition as T;
}
