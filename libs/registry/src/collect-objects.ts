import { canonicalJson } from './canonical-json.js';
import { compileEntity, compileFeatureView, compileService, compileSource } from './compile-objects.js';
import type {
  AliasInput,
  EntityInput,
  FeatureReferenceInput,
  FeatureServiceInput,
  FeatureViewInput,
  SourceInput,
} from './definitions.js';
import { definition } from './definitions.js';
import { unknownOptions } from './known-options.js';
import type { Problem } from './larder-error.js';
import type { EntitySpec, FeatureServiceSpec, FeatureViewDefinition, SourceSpec } from './snapshot.js';

export type DefinitionInput =
  | EntityInput
  | SourceInput
  | FeatureViewInput
  | FeatureReferenceInput
  | AliasInput
  | FeatureServiceInput;

type NamedInput = Exclude<DefinitionInput, FeatureReferenceInput | AliasInput>;
type Kind = DefinitionInput['kind'];

const SOURCE_KINDS = ['parquet', 'sql', 'push'] as const satisfies readonly Kind[];
const ITEM_KINDS = ['featureView', 'feature', 'alias'] as const satisfies readonly Kind[];

/** Objects of one kind by name: what they were compiled from and to; without a spec when they could not be compiled. */
type Section<S> = Map<string, { readonly input: NamedInput; readonly spec?: S }>;

/** Finds every object that the listed ones refer to and compiles each once. Definition files are not type-checked, so nothing is trusted. */
export class ObjectCollector {
  readonly problems: Problem[] = [];
  readonly entities: Section<EntitySpec> = new Map();
  readonly sources: Section<SourceSpec> = new Map();
  readonly featureViews: Section<FeatureViewDefinition> = new Map();
  readonly featureServices: Section<FeatureServiceSpec> = new Map();

  private readonly report = (path: string, message: string): void => {
    this.problems.push({ path, message });
  };

  /** False when `value` is no definition object of one of the kinds. */
  add(path: string, value: unknown, kinds?: readonly Kind[]): boolean {
    const input = inputOf(value);
    if (input === undefined || (kinds !== undefined && !kinds.includes(input.kind))) {
      this.report(path, `expected ${expectation(kinds)}, got ${describe(value, input)}`);
      return false;
    }
    this.addInput(path, input);
    return true;
  }

  private addInput(path: string, input: DefinitionInput): void {
    switch (input.kind) {
      case 'entity':
        return this.addEntity(input);
      case 'featureView':
        return this.addView(input);
      case 'feature':
        return this.addView(input.view);
      case 'alias':
        for (const option of unknownOptions('alias', input)) this.report(`${path}.${option.name}`, option.message);
        return this.addView(input.view);
      case 'featureService':
        return this.addService(input);
      default:
        return this.addSource(input);
    }
  }

  private addEntity(input: EntityInput): void {
    const path = `entities.${input.name}`;
    this.keep(this.entities, path, input, () =>
      this.isObject(`${path}.joinKeys`, input.joinKeys) ? compileEntity(input, this.report) : undefined,
    );
  }

  private addSource(input: SourceInput): void {
    const path = `sources.${input.name}`;
    this.keep(this.sources, path, input, () => (this.addReads(path, input) ? compileSource(input) : undefined));
  }

  private addReads(path: string, input: SourceInput): boolean {
    if (input.kind === 'parquet') return true;
    if (input.kind === 'push') return this.add(`${path}.history`, input.history, SOURCE_KINDS);
    return this.addAll(`${path}.reads`, input.reads, SOURCE_KINDS);
  }

  private addView(input: FeatureViewInput): void {
    const path = `featureViews.${input.name}`;
    this.keep(this.featureViews, path, input, () => {
      const found = [
        this.addAll(`${path}.entities`, input.entities, ['entity']),
        this.add(`${path}.source`, input.source, SOURCE_KINDS),
        this.isObject(`${path}.features`, input.features),
        this.isObject(`${path}.cadence`, input.cadence),
      ];
      return found.includes(false) ? undefined : compileFeatureView(input, this.report);
    });
  }

  private addService(input: FeatureServiceInput): void {
    const path = `featureServices.${input.name}`;
    this.keep(this.featureServices, path, input, () =>
      this.addAll(`${path}.features`, input.items, ITEM_KINDS) ? compileService(input) : undefined,
    );
  }

  private addAll(path: string, values: unknown, kinds: readonly Kind[]): boolean {
    if (Array.isArray(values)) {
      return values.map((value, index) => this.add(`${path}.${index}`, value, kinds)).every(Boolean);
    }
    this.report(path, 'expected a list');
    return false;
  }

  private isObject(path: string, value: unknown): boolean {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return true;
    this.report(path, 'is missing or no object');
    return false;
  }

  /** Compiles an object once; another object of the same name has to compile to the same (two bundles may hold a copy each). */
  private keep<S>(section: Section<S>, path: string, input: NamedInput, compile: () => S | undefined): void {
    const known = section.get(input.name);
    if (known?.input === input) return;
    if (known === undefined) {
      section.set(input.name, { input });
      for (const option of unknownOptions(input.kind, input)) this.report(`${path}.${option.name}`, option.message);
      const spec = compile();
      if (spec !== undefined) section.set(input.name, { input, spec });
      return;
    }
    const problemsBefore = this.problems.length;
    const spec = compile();
    this.problems.length = problemsBefore;
    if (canonicalJson(known.spec ?? null) !== canonicalJson(spec ?? null)) {
      this.report(path, 'is defined twice, differently; names are unique in a project');
    }
  }
}

function inputOf(value: unknown): DefinitionInput | undefined {
  if (typeof value !== 'object' || value === null || !(definition in value)) return undefined;
  const input = value[definition];
  return typeof input === 'object' && input !== null && 'kind' in input ? (input as DefinitionInput) : undefined;
}

function expectation(kinds: readonly Kind[] | undefined): string {
  if (kinds === undefined) return 'a definition object';
  if (kinds === SOURCE_KINDS) return 'a source';
  return kinds === ITEM_KINDS ? 'a feature view, one of its features or an alias' : `an ${kinds.join(' or ')}`;
}

function describe(value: unknown, input: DefinitionInput | undefined): string {
  if (input !== undefined) return `the ${input.kind} ${'name' in input ? input.name : input.view.name}`;
  if (value === undefined) return 'undefined (do two definition files import each other?)';
  return value === null ? 'null' : `a ${typeof value}`;
}
