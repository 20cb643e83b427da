import type { Problem } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { z } from 'zod';
import type { PlannedSelection } from './plan-cache.js';
import type { ServedView } from './served-views.js';

/** Which of the two request shapes came in; the answer takes the same. */
export type JsonShape = 'columns' | 'one-entity';

/** A request whose words have not been looked up yet. */
export interface JsonReadRequest {
  readonly shape: JsonShape;
  /** Empty = the server's default project. */
  readonly project: string;
  readonly featureService: string | undefined;
  /** References, or features by their short names. */
  readonly features: readonly string[] | undefined;
  readonly fullFeatureNames: boolean;
  readonly maxAgeMicros: number | undefined;
  /** Join keys as they came: name → one value per entity. */
  readonly columns: ReadonlyMap<string, readonly JsonKey[]>;
}

/** A join key in JSON. */
export type JsonKey = string | number | bigint | boolean | null;

const jsonKey = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);

const selection = {
  project: z.string().optional(),
  feature_service: z.string().optional(),
  features: z.array(z.string()).optional(),
  full_feature_names: z.boolean().optional(),
  max_age_seconds: z.number().positive().optional(),
};

/** Feast's own client always sends the last field; view versions are in the gRPC answer only. */
const columnsSchema = z.strictObject({
  ...selection,
  entities: z.record(z.string(), z.array(jsonKey)),
  include_feature_view_version_metadata: z.boolean().optional(),
});
const oneEntitySchema = z.object(selection).catchall(jsonKey);

/**
 * The body of `POST /get-online-features`: `{"entities": {"user_id": [1, 2]}, …}` by columns, or one entity with its join keys beside the
 * selection: `{"user_id": 1, …}`. INVALID_ARGUMENT with every problem.
 */
export function parseJsonRequest(body: unknown): JsonReadRequest {
  if (typeof body === 'object' && body !== null && Object.hasOwn(body, '__proto__')) {
    throw LarderError.fromProblems('request body', [{ path: '__proto__', message: 'is not a name of anything' }]);
  }
  const shape: JsonShape = typeof body === 'object' && body !== null && 'entities' in body ? 'columns' : 'one-entity';
  const parsed = (shape === 'columns' ? columnsSchema : oneEntitySchema).safeParse(body);
  if (!parsed.success) throw LarderError.fromProblems('request body', problemsOf(parsed.error));
  const { project, feature_service, features, full_feature_names, max_age_seconds, ...rest } = parsed.data;
  const columns =
    shape === 'columns' ? (rest['entities'] as Record<string, JsonKey[]>) : asColumns(rest as Record<string, JsonKey>);
  if (feature_service !== undefined && features !== undefined) {
    throw LarderError.fromProblems('request body', [
      { path: 'features', message: 'expected feature_service or features, not both' },
    ]);
  }
  return {
    shape,
    project: project ?? '',
    featureService: feature_service,
    features,
    fullFeatureNames: full_feature_names ?? false,
    maxAgeMicros: max_age_seconds === undefined ? undefined : max_age_seconds * 1_000_000,
    columns: new Map(Object.entries(columns)),
  };
}

/**
 * What a request selects of these views: references as given; a name without a view is looked up among all views and must be unique.
 * Nothing given = every feature of the views whose join keys are exactly the given ones. INVALID_ARGUMENT with every problem.
 */
export function selectionOf(request: JsonReadRequest, views: readonly ServedView[]): PlannedSelection {
  const { featureService, fullFeatureNames, features, columns } = request;
  if (featureService !== undefined) return { featureService, features: undefined, fullFeatureNames };
  const references = features === undefined ? featuresByKeys(views, [...columns.keys()]) : named(views, features);
  return { featureService, features: references, fullFeatureNames };
}

function asColumns(keys: Readonly<Record<string, JsonKey>>): Record<string, JsonKey[]> {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, [value]]));
}

function named(views: readonly ServedView[], features: readonly string[]): string[] {
  const problems: Problem[] = [];
  const references = features.map((name, index) => {
    if (name.includes(':')) return name;
    const owners = viewsWith(views, name);
    if (owners.length === 1) return `${owners[0]}:${name}`;
    const message =
      owners.length === 0
        ? `unknown feature ${name}`
        : `${name} is a feature of ${owners.join(' and ')}; say which, as view:feature`;
    problems.push({ path: `features[${index}]`, message });
    return name;
  });
  if (problems.length > 0) throw LarderError.fromProblems('request body', problems);
  return references;
}

/** Names of the views with this feature; a version that is still to come counts only for what none that is live has. */
function viewsWith(views: readonly ServedView[], feature: string): string[] {
  const owners = views.filter(({ view }) => view.features.some((each) => each.name === feature));
  const live = owners.filter(({ isLive }) => isLive);
  return (live.length > 0 ? live : owners).map(({ view }) => view.name);
}

function featuresByKeys(views: readonly ServedView[], joinKeys: readonly string[]): string[] {
  const wanted = [...joinKeys].sort().join(',');
  const fitting = views.filter((each) => each.isLive && each.joinKeys.map((key) => key.name).join(',') === wanted);
  const references = fitting.flatMap(({ view }) => view.features.map((feature) => `${view.name}:${feature.name}`));
  if (references.length > 0) return references;
  throw LarderError.fromProblems('request body', [
    {
      path: 'features',
      message: `expected feature_service or features; no view has exactly the join keys ${wanted || '(none)'}`,
    },
  ]);
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.') || 'body', message: issue.message }));
}
