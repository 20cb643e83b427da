import { checkDefinitions } from './check-definitions.js';
import type { DefinitionInput } from './collect-objects.js';
import { ObjectCollector } from './collect-objects.js';
import { definition } from './definitions.js';
import type { Definitions } from './snapshot.js';

export interface DefinitionObjects {
  /** Name of the project: lower case letters, digits, `-` and `_`. */
  readonly project: string;
  /** Entities, sources, views and services in any order; what a listed object refers to is found by itself. */
  readonly objects: readonly DefinitionObject[];
}

/** What `entity`, `parquet`, `featureView`, `featureService` and their like return, whatever keys and values they are typed with. */
export interface DefinitionObject {
  readonly [definition]: DefinitionInput;
}

/**
 * Definition objects as one compiled, validated document. Pure: the same objects give the same document, in any order.
 * Throws INVALID_ARGUMENT with every problem found, options that do not exist included.
 */
export function compileDefinitions({ project, objects }: DefinitionObjects): Definitions {
  const collector = new ObjectCollector();
  for (const [index, object] of objects.entries()) collector.add(`objects.${index}`, object);
  const { problems, entities, sources, featureViews, featureServices } = collector;
  const candidate = {
    formatVersion: 1,
    project,
    entities: specs(entities),
    sources: specs(sources),
    featureViews: specs(featureViews),
    featureServices: specs(featureServices),
  };
  const broken = {
    entities: brokenNames(entities),
    sources: brokenNames(sources),
    featureViews: brokenNames(featureViews),
  };
  return checkDefinitions(JSON.parse(JSON.stringify(candidate)), { problems, broken });
}

/** True for what `entity`, `featureView`, … return; lets a loader collect a module's exports. */
export function isDefinitionObject<T>(value: T): value is T & DefinitionObject {
  return typeof value === 'object' && value !== null && definition in value;
}

type Compiled<S> = ReadonlyMap<string, { readonly spec?: S }>;

function specs<S>(section: Compiled<S>): S[] {
  return [...section.values()].flatMap(({ spec }) => (spec === undefined ? [] : [spec]));
}

function brokenNames(section: Compiled<unknown>): Set<string> {
  return new Set([...section].flatMap(([name, { spec }]) => (spec === undefined ? [name] : [])));
}
