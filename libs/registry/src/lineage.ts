import { LarderError } from './larder-error.js';
import { didYouMean, shownName } from './nearest.js';
import type { Definitions, FeatureServiceSpec, FeatureViewDefinition, SourceSpec } from './snapshot.js';

/** An application that was seen reading, as far as lineage needs to know it. */
export interface KnownConsumer {
  readonly consumer: string;
  /** Null: it named its features itself. */
  readonly featureService: string | null;
  /** Views that it read. */
  readonly views: readonly string[];
}

export type LineageKind = 'entity' | 'source' | 'featureView' | 'feature' | 'featureService' | 'consumer';

/** A neighbour, with its own further ones in the same direction. */
export interface LineageNode {
  readonly kind: LineageKind;
  readonly name: string;
  readonly next: readonly LineageNode[];
}

/** What an object comes from and what depends on it. */
export interface Lineage {
  readonly kind: LineageKind;
  readonly name: string;
  readonly upstream: readonly LineageNode[];
  readonly downstream: readonly LineageNode[];
}

/**
 * Lineage both ways of an entity, source, view, `view:feature`, service or consumer: source → view → feature → service →
 * consumer. A name that several kinds have means the view, then the service, source, entity, consumer. Throws NOT_FOUND with a
 * suggestion. Pure.
 */
export function lineageOf(definitions: Definitions, name: string, consumers: readonly KnownConsumer[] = []): Lineage {
  const graph = new LineageGraph(definitions, consumers);
  const [view = '', feature] = name.split(':');
  if (feature !== undefined && graph.feature(view, feature)) {
    return { kind: 'feature', name, upstream: graph.upOfView(view), downstream: graph.downOfFeature(view, feature) };
  }
  if (graph.views.has(name))
    return { kind: 'featureView', name, upstream: graph.upOfView(name), downstream: graph.downOfView(name) };
  if (graph.services.has(name))
    return { kind: 'featureService', name, upstream: graph.upOfService(name), downstream: graph.downOfService(name) };
  if (graph.sources.has(name))
    return { kind: 'source', name, upstream: graph.upOfSource(name), downstream: graph.downOfSource(name) };
  if (definitions.entities.some((each) => each.name === name))
    return { kind: 'entity', name, upstream: [], downstream: graph.downOfEntity(name) };
  if (consumers.some((each) => each.consumer === name))
    return { kind: 'consumer', name, upstream: graph.upOfConsumer(name), downstream: [] };
  throw new LarderError(
    'NOT_FOUND',
    `nothing in ${definitions.project} is called ${shownName(name)}${didYouMean(name, graph.names())}`,
  );
}

class LineageGraph {
  readonly views: ReadonlyMap<string, FeatureViewDefinition>;
  readonly services: ReadonlyMap<string, FeatureServiceSpec>;
  readonly sources: ReadonlyMap<string, SourceSpec>;

  constructor(
    private readonly definitions: Definitions,
    private readonly consumers: readonly KnownConsumer[],
  ) {
    this.views = new Map(definitions.featureViews.map((each) => [each.name, each]));
    this.services = new Map(definitions.featureServices.map((each) => [each.name, each]));
    this.sources = new Map(definitions.sources.map((each) => [each.name, each]));
  }

  names(): string[] {
    const features = [...this.views.values()].flatMap((view) =>
      view.features.map((each) => `${view.name}:${each.name}`),
    );
    const entities = this.definitions.entities.map((each) => each.name);
    return [...this.views.keys(), ...this.services.keys(), ...this.sources.keys(), ...entities, ...features];
  }

  feature(view: string, feature: string): boolean {
    return this.views.get(view)?.features.some((each) => each.name === feature) === true;
  }

  upOfSource(name: string): LineageNode[] {
    const source = this.sources.get(name);
    const reads = source?.kind === 'sql' ? source.reads : source?.kind === 'push' ? [source.history] : [];
    return reads.map((each) => ({ kind: 'source', name: each, next: this.upOfSource(each) }));
  }

  upOfView(name: string): LineageNode[] {
    const view = this.views.get(name);
    if (view === undefined) return [];
    return [
      { kind: 'source', name: view.source, next: this.upOfSource(view.source) },
      ...view.entities.map((each): LineageNode => ({ kind: 'entity', name: each, next: [] })),
    ];
  }

  upOfService(name: string): LineageNode[] {
    const views = new Set(this.services.get(name)?.views.map((each) => each.view));
    return [...views].map((each) => ({ kind: 'featureView', name: each, next: this.upOfView(each) }));
  }

  upOfConsumer(name: string): LineageNode[] {
    const read = this.consumers.filter((each) => each.consumer === name);
    const services = new Set(read.flatMap(({ featureService }) => featureService ?? []));
    const views = new Set(read.filter((each) => each.featureService === null).flatMap((each) => each.views));
    return [
      ...[...services].map((each): LineageNode => ({
        kind: 'featureService',
        name: each,
        next: this.upOfService(each),
      })),
      ...[...views].map((each): LineageNode => ({ kind: 'featureView', name: each, next: this.upOfView(each) })),
    ];
  }

  downOfEntity(name: string): LineageNode[] {
    return this.viewNodes(({ entities }) => entities.includes(name));
  }

  downOfSource(name: string): LineageNode[] {
    const readers = [...this.sources.values()].filter((each) =>
      each.kind === 'sql' ? each.reads.includes(name) : each.kind === 'push' && each.history === name,
    );
    return [
      ...readers.map((each): LineageNode => ({ kind: 'source', name: each.name, next: this.downOfSource(each.name) })),
      ...this.viewNodes(({ source }) => source === name),
    ];
  }

  downOfView(name: string): LineageNode[] {
    const features = this.views.get(name)?.features ?? [];
    return [
      ...features.map((each): LineageNode => ({
        kind: 'feature',
        name: `${name}:${each.name}`,
        next: this.serviceNodes(name, each.name),
      })),
      ...this.directReaders(name),
    ];
  }

  downOfFeature(view: string, feature: string): LineageNode[] {
    return [...this.serviceNodes(view, feature), ...this.directReaders(view)];
  }

  downOfService(name: string): LineageNode[] {
    return consumerNodes(this.consumers.filter((each) => each.featureService === name));
  }

  private viewNodes(chosen: (view: FeatureViewDefinition) => boolean): LineageNode[] {
    return [...this.views.values()]
      .filter(chosen)
      .map(({ name }) => ({ kind: 'featureView', name, next: this.downOfView(name) }));
  }

  private serviceNodes(view: string, feature: string): LineageNode[] {
    return [...this.services.values()]
      .filter((each) => each.views.some((item) => item.view === view && item.features.includes(feature)))
      .map(({ name }) => ({ kind: 'featureService', name, next: this.downOfService(name) }));
  }

  /** Those who read the view without a service; which of its features is not known. */
  private directReaders(view: string): LineageNode[] {
    return consumerNodes(this.consumers.filter((each) => each.featureService === null && each.views.includes(view)));
  }
}

function consumerNodes(consumers: readonly KnownConsumer[]): LineageNode[] {
  return [...new Set(consumers.map((each) => each.consumer))]
    .sort()
    .map((name) => ({ kind: 'consumer', name, next: [] }));
}
