import type { Aggregate } from './aggregates.js';
import type { Column } from './columns.js';
import type {
  Entity,
  EntityInput,
  FeatureServiceInput,
  FeatureViewInput,
  ServiceItem,
  Source,
  SourceInput,
} from './definitions.js';
import { definition } from './definitions.js';
import { parseDurationSeconds } from './duration.js';
import { isLarderError, LarderError } from './larder-error.js';
import type { Problem } from './larder-error.js';
import type { Definitions, EntitySpec, FeatureServiceSpec, FeatureSpec, FeatureViewDefinition, ServiceViewSpec, SourceSpec } from './snapshot.js';
import { groupServiceViews } from './service-views.js';
import type { JoinKeyTypeName, JsonValue } from './value-type.js';
import { validateDefinitions } from './validate-definitions.js';

export interface DefinitionObjects {
  /** Name of the project: lower case letters, digits, `-` and `_`. */
  readonly project: string;
  /** Entities, sources, views and services in any order; what a listed object refers to is found by itself. */
  readonly objects: readonly DefinitionObject[];
}

/** What `entity`, `parquet`, `featureView`, `featureService` and their like return, whatever keys and values they are typed with. */
export interface DefinitionObject {
  readonly [definition]: AnyInput;
}

type AnyInput = Entity[typeof definition] | Source[typeof definition] | ServiceItem[typeof definition] | FeatureServiceInput;

/**
 * Definition objects as one compiled, validated document. Pure: the same objects give the same document.
 * Throws INVALID_ARGUMENT with every problem found.
 */
export function compileDefinitions(input: DefinitionObjects): Definitions {
  const compiler = new Compiler();
  for (const object of input.objects) compiler.add(object[definition]);
  const definitions = compiler.finish(input.project);
  const problems = [...compiler.problems, ...validateDefinitions(definitions)];
  if (problems.length > 0) throw LarderError.fromProblems('definitions', problems);
  return definitions;
}

/** True for what `entity`, `featureView`, … return; lets a loader collect a module's exports. */
export function isDefinitionObject(value: unknown): value is DefinitionObject {
  return typeof value === 'object' && value !== null && definition in value;
}

class Compiler {
  readonly problems: Problem[] = [];
  private readonly entities = new Map<string, EntityInput>();
  private readonly sources = new Map<string, SourceInput>();
  private readonly views = new Map<string, FeatureViewInput>();
  private readonly services = new Map<string, FeatureServiceInput>();

  add(input: AnyInput): void {
    switch (input.kind) {
      case 'entity':
        this.keep(this.entities, 'entities', input);
        return;
      case 'parquet':
        this.keep(this.sources, 'sources', input);
        return;
      case 'sql':
        if (this.keep(this.sources, 'sources', input)) for (const source of input.reads) this.add(source[definition]);
        return;
      case 'push':
        if (this.keep(this.sources, 'sources', input)) this.add(input.history[definition]);
        return;
      case 'featureView':
        if (!this.keep(this.views, 'featureViews', input)) return;
        this.add(input.source[definition]);
        for (const each of input.entities) this.add(each[definition]);
        return;
      case 'feature':
      case 'alias':
        this.add(input.view);
        return;
      case 'featureService':
        if (this.keep(this.services, 'featureServices', input)) for (const item of input.items) this.add(item[definition]);
    }
  }

  finish(project: string): Definitions {
    return {
      formatVersion: 1,
      project,
      entities: byName(this.entities, (each) => this.entitySpec(each)),
      sources: byName(this.sources, sourceSpec),
      featureViews: byName(this.views, (each) => this.viewSpec(each)),
      featureServices: byName(this.services, serviceSpec),
    };
  }

  /** False when the same object was there already; a problem when another object has its name. */
  private keep<T extends { readonly name: string }>(map: Map<string, T>, section: string, input: T): boolean {
    const known = map.get(input.name);
    if (known === undefined) {
      map.set(input.name, input);
      return true;
    }
    if (known !== input && JSON.stringify(known, stable) !== JSON.stringify(input, stable)) {
      this.problems.push({ path: `${section}.${input.name}`, message: 'is defined twice, differently; names are unique within a project' });
    }
    return false;
  }

  private entitySpec(input: EntityInput): EntitySpec {
    const joinKeys = Object.entries(input.joinKeys)
      .map(([name, column]) => ({ name, type: column.type as JoinKeyTypeName }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { name: input.name, joinKeys, ...described(input) };
  }

  private viewSpec(input: FeatureViewInput): FeatureViewDefinition {
    const path = `featureViews.${input.name}`;
    const features = Object.entries(input.features).map(([name, feature]) => this.featureSpec(`${path}.features.${name}`, name, feature));
    const ttlSeconds = this.seconds(`${path}.ttl`, input.ttl);
    return {
      name: input.name,
      entities: input.entities.map((each) => nameOf(each)),
      source: nameOf(input.source),
      ...(input.filter === undefined ? {} : { filter: input.filter }),
      computation: features.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
      features,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      cadence: input.cadence,
      accuracy: input.accuracy ?? 'temporal',
      delaySeconds: this.seconds(`${path}.delay`, input.delay) ?? 0,
      online: input.online ?? true,
      onStale: input.onStale ?? 'flag',
      ...described(input),
    };
  }

  private featureSpec(path: string, name: string, feature: Column | Aggregate): FeatureSpec {
    const { options } = feature;
    const head = {
      name,
      type: feature.type,
      ...(options.default === undefined ? {} : { default: jsonDefault(options.default) }),
      ...described(options),
    };
    if (feature.kind === 'column') return { ...head, compute: { kind: 'column', column: feature.options.column ?? name } };
    return {
      ...head,
      compute: {
        kind: 'aggregate',
        function: feature.function,
        ...(feature.column === undefined ? {} : { column: feature.column }),
        windowSeconds: this.seconds(`${path}.window`, feature.options.window) ?? 0,
      },
    };
  }

  private seconds(path: string, text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    try {
      return parseDurationSeconds(text);
    } catch (error) {
      if (!isLarderError(error)) throw error;
      this.problems.push({ path, message: error.message });
      return undefined;
    }
  }
}

function sourceSpec(input: SourceInput): SourceSpec {
  if (input.kind === 'parquet') return { ...input };
  if (input.kind === 'push') return { kind: 'push', name: input.name, history: nameOf(input.history), ...described(input) };
  return { ...input, reads: input.reads.map(nameOf) };
}

function serviceSpec(input: FeatureServiceInput): FeatureServiceSpec {
  const views = groupServiceViews(input.items.map((item) => serviceView(item[definition])));
  return { name: input.name, views, ...described(input) };
}

function serviceView(input: ServiceItem[typeof definition]): ServiceViewSpec {
  if (input.kind === 'feature') return { view: input.view.name, alias: input.view.name, joinKeys: {}, features: [input.feature] };
  const view = input.kind === 'alias' ? input.view : input;
  const features = Object.keys(view.features);
  if (input.kind === 'alias') return { view: view.name, alias: input.alias, joinKeys: input.joinKeys, features };
  return { view: view.name, alias: view.name, joinKeys: {}, features };
}

function byName<T extends { readonly name: string }, R>(map: Map<string, T>, convert: (input: T) => R): R[] {
  return [...map.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(convert);
}

function nameOf(object: Entity | Source): string {
  return object[definition].name;
}

interface DescribedInput {
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function described({ description, owner, tags }: DescribedInput): DescribedInput {
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags }),
  };
}

function jsonDefault(value: JsonValue | bigint): JsonValue {
  if (typeof value !== 'bigint') return value;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value.toString();
}

/** Two equal objects of separate copies compare equal: symbols' contents are part of the text. */
function stable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null && definition in value) return { ...value, definition: (value as { [definition]: unknown })[definition] };
  return value;
}
