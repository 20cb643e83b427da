import { fullFeatureName } from './feature-reference.js';
import { joinKeysOfView, requestJoinKeys } from './request-join-keys.js';
import type { Definitions, FeatureServiceSpec, FeatureSpec, FeatureViewDefinition } from './snapshot.js';
import { viewMeaning } from './view-meaning.js';

/** What a change of definitions means to the readers of one feature service. */
export interface ServiceImpact {
  readonly service: string;
  /** What readers lose or get differently: a feature that goes or has another type, a join key that is new, gone or of another type. */
  readonly breaking: readonly string[];
  /** What readers need not mind: new features, values computed anew, another default. */
  readonly compatible: readonly string[];
}

/** Services that read differently after `after` replaces `before`, by name; those of which readers notice nothing are left out. Pure. */
export function serviceImpacts(before: Definitions | undefined, after: Definitions): ServiceImpact[] {
  if (before === undefined) return [];
  const [old, next] = [new ServiceReader(before), new ServiceReader(after)];
  const services = new Map(after.featureServices.map((each) => [each.name, each]));
  return before.featureServices
    .map((service) => impactOn(old.read(service), services.get(service.name), next))
    .filter(({ breaking, compatible }) => breaking.length + compatible.length > 0);
}

/** A feature service as its readers see it. */
interface Contract {
  readonly service: string;
  /** Name in a request → type. */
  readonly joinKeys: ReadonlyMap<string, string>;
  /** By full name. */
  readonly features: ReadonlyMap<string, OfferedFeature>;
}

interface OfferedFeature {
  readonly spec: FeatureSpec;
  readonly view: FeatureViewDefinition;
  /** Of the whole view. */
  readonly meaning: () => string;
}

class ServiceReader {
  private readonly views: ReadonlyMap<string, FeatureViewDefinition>;
  private readonly meanings = new Map<string, string>();

  constructor(private readonly definitions: Definitions) {
    this.views = new Map(definitions.featureViews.map((each) => [each.name, each]));
  }

  read(service: FeatureServiceSpec): Contract {
    const joinKeys = new Map<string, string>();
    const features = new Map<string, OfferedFeature>();
    for (const item of service.views) {
      const view = this.views.get(item.view);
      if (view === undefined) continue;
      for (const key of requestJoinKeys(joinKeysOfView(this.definitions, view), item.joinKeys))
        joinKeys.set(key.requestName, key.type);
      const specs = new Map(view.features.map((each) => [each.name, each]));
      for (const name of item.features) {
        const spec = specs.get(name);
        if (spec !== undefined)
          features.set(fullFeatureName(item.alias, name), { spec, view, meaning: () => this.meaning(view) });
      }
    }
    return { service: service.name, joinKeys, features };
  }

  private meaning(view: FeatureViewDefinition): string {
    const known = this.meanings.get(view.name);
    if (known !== undefined) return known;
    const meaning = viewMeaning(view, this.definitions);
    this.meanings.set(view.name, meaning);
    return meaning;
  }
}

function impactOn(old: Contract, service: FeatureServiceSpec | undefined, reader: ServiceReader): ServiceImpact {
  if (service === undefined) return { service: old.service, breaking: ['is retired'], compatible: [] };
  const next = reader.read(service);
  return {
    service: old.service,
    breaking: [...joinKeyChanges(old, next), ...lostFeatures(old, next)],
    compatible: [...newFeatures(old, next), ...changedValues(old, next)],
  };
}

function joinKeyChanges({ joinKeys: old }: Contract, { joinKeys: next }: Contract): string[] {
  const gone = [...old.keys()].filter((name) => !next.has(name));
  const added = [...next].filter(([name]) => !old.has(name));
  const retyped = [...next].filter(([name, type]) => old.has(name) && old.get(name) !== type);
  return [
    ...gone.map((name) => `join key ${name} is gone; requests that carry it are refused`),
    ...added.map(([name, type]) => `join key ${name} (${type}) is needed; requests without it are refused`),
    ...retyped.map(([name, type]) => `join key ${name} is ${type}, was ${old.get(name)}`),
  ];
}

function lostFeatures({ features: old }: Contract, { features: next }: Contract): string[] {
  return [...old].flatMap(([name, { spec }]) => {
    const after = next.get(name);
    if (after === undefined) return [`${name} is gone`];
    return after.spec.type === spec.type ? [] : [`${name} is ${after.spec.type}, was ${spec.type}`];
  });
}

function newFeatures({ features: old }: Contract, { features: next }: Contract): string[] {
  return [...next].filter(([name]) => !old.has(name)).map(([name, { spec }]) => `${name} (${spec.type}) is new`);
}

function changedValues({ features: old }: Contract, { features: next }: Contract): string[] {
  const anew = new Set<string>();
  const defaults: string[] = [];
  for (const [name, before] of old) {
    const after = next.get(name);
    if (after === undefined || after.spec.type !== before.spec.type) continue;
    if (before.meaning() !== after.meaning()) anew.add(after.view.name);
    const [from, to] = [JSON.stringify(before.spec.default ?? null), JSON.stringify(after.spec.default ?? null)];
    if (from !== to) defaults.push(`the default of ${name} is ${to}, was ${from}`);
  }
  return [...[...anew].map((view) => `values of ${view} are computed anew`), ...defaults];
}
