import type { Definitions, FeatureSpec, FeatureViewDefinition } from '@larder/registry';

export interface LargeProjectOptions {
  readonly views: number;
  readonly featuresPerView: number;
  /** Goes into every filter: another one gives every view another meaning. */
  readonly revision: number;
}

const VIEWS_PER_SERVICE = 10;
const FUNCTIONS = ['sum', 'min', 'max'] as const;

/** A company's definitions: windowed aggregates with owners, tags and descriptions, in services of ten views each. */
export function largeProject(
  project: string,
  { views: count, featuresPerView, revision }: LargeProjectOptions,
): Definitions {
  const views = Array.from({ length: count }, (_, index) => largeView(index, { featuresPerView, revision }));
  const services = Math.ceil(count / VIEWS_PER_SERVICE);
  return {
    formatVersion: 1,
    project,
    entities: named('entity', 50).map((name) => ({ name, joinKeys: [{ name: `${name}_id`, type: 'int64' }] })),
    sources: named('source', 400).map((name) => ({
      kind: 'parquet',
      name,
      path: `data/${name}/*.parquet`,
      eventTime: 'at',
    })),
    featureViews: views,
    featureServices: named('service', services).map((name, index) => ({
      name,
      views: views.slice(index * VIEWS_PER_SERVICE, (index + 1) * VIEWS_PER_SERVICE).map((view) => ({
        view: view.name,
        alias: view.name,
        joinKeys: {},
        features: view.features.map((each) => each.name),
      })),
    })),
  };
}

function largeView(
  index: number,
  options: Pick<LargeProjectOptions, 'featuresPerView' | 'revision'>,
): FeatureViewDefinition {
  return {
    name: numbered('view', index),
    entities: [numbered('entity', index % 50)],
    source: numbered('source', index % 400),
    filter: `kind = ${index} AND revision >= ${options.revision}`,
    computation: 'windows',
    features: Array.from({ length: options.featuresPerView }, (_, feature) => largeFeature(index, feature)),
    cadence: { kind: 'every', seconds: 3600 },
    accuracy: 'temporal',
    delaySeconds: 0,
    online: true,
    onStale: 'flag',
    owner: `team_${index % 30}`,
    description: 'What a team keeps of its entities, in a sentence of usual length.',
    tags: { tier: String(index % 3) },
  };
}

function largeFeature(view: number, feature: number): FeatureSpec {
  return {
    name: `amount_${view}_${feature}_total`,
    type: 'int64',
    default: 0,
    description: 'One sentence about it.',
    compute: {
      kind: 'aggregate',
      function: FUNCTIONS[feature % FUNCTIONS.length] ?? 'sum',
      column: `column_${feature}`,
      windowSeconds: 3600 * (feature + 1),
    },
  };
}

function named(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => numbered(kind, index)).sort();
}

/** The word at the end keeps `view_1` and `view_11` from differing by a digit alone. */
function numbered(kind: string, index: number): string {
  return `${kind}_${String(index).padStart(4, '0')}_x`;
}
