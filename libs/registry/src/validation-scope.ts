import type { Problem } from './larder-error.js';
import { didYouMean, shownName } from './nearest.js';
import type { Definitions, EntitySpec, FeatureViewDefinition, JoinKeySpec, SourceSpec } from './snapshot.js';

/** Names of objects that exist but could not be read: references to them are no further problem. */
export interface BrokenNames {
  readonly entities: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
  readonly featureViews: ReadonlySet<string>;
}

export const NOTHING_BROKEN: BrokenNames = { entities: new Set(), sources: new Set(), featureViews: new Set() };

/** The objects of one kind by name. */
export class Lookup<T extends { readonly name: string }> {
  private readonly byName: ReadonlyMap<string, T>;

  constructor(
    private readonly kind: string,
    objects: readonly T[],
    private readonly broken: ReadonlySet<string>,
  ) {
    this.byName = new Map(objects.map((each) => [each.name, each]));
  }

  get(name: string): T | undefined {
    return this.byName.get(name);
  }

  /** Why `name` refers to nothing, or undefined when it refers to an object, be it a broken one. */
  problemWith(name: string): string | undefined {
    if (this.byName.has(name) || this.broken.has(name)) return undefined;
    return `unknown ${this.kind} ${shownName(name)}${didYouMean(name, [...this.byName.keys(), ...this.broken])}`;
  }
}

/** What the rules look at and where they report. */
export interface ValidationScope {
  readonly entities: Lookup<EntitySpec>;
  readonly sources: Lookup<SourceSpec>;
  readonly views: Lookup<FeatureViewDefinition>;
  readonly report: (path: string, ...messages: readonly (string | undefined)[]) => void;
}

export function createValidationScope(
  definitions: Definitions,
  broken: BrokenNames,
  problems: Problem[],
): ValidationScope {
  return {
    entities: new Lookup('entity', definitions.entities, broken.entities),
    sources: new Lookup('source', definitions.sources, broken.sources),
    views: new Lookup('feature view', definitions.featureViews, broken.featureViews),
    report: (path, ...messages) => {
      for (const message of messages) if (message !== undefined) problems.push({ path, message });
    },
  };
}

/** Join keys of a view's known entities, in the order of its entities. */
export function joinKeysOf(scope: ValidationScope, view: FeatureViewDefinition): readonly JoinKeySpec[] {
  return view.entities.flatMap((name) => scope.entities.get(name)?.joinKeys ?? []);
}
