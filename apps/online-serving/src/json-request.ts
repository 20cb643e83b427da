import type { Problem, Snapshot } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import type { ReadRequest } from '@larder/serving-api';
import { z } from 'zod';

/** Which of the two request shapes came in; the answer takes the same. */
export type JsonShape = 'columns' | 'one-entity';

export interface JsonReadRequest {
  readonly shape: JsonShape;
  /** Without join keys, which need the plan's types; see `columns`. */
  readonly selection: Pick<
    ReadRequest,
    'project' | 'featureService' | 'features' | 'fullFeatureNames' | 'maxAgeMicros'
  >;
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

const columnsSchema = z.strictObject({ ...selection, entities: z.record(z.string(), z.array(jsonKey)) });
const oneEntitySchema = z.object(selection).catchall(jsonKey);

/**
 * The body of `POST /get-online-features`: `{"entities": {"user_id": [1, 2]}, …}` by columns, or one entity with its join keys beside the
 * selection: `{"user_id": 1, …}`. INVALID_ARGUMENT with every problem.
 */
export function parseJsonRequest(body: unknown, snapshot: Snapshot): JsonReadRequest {
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
  const names = Object.keys(columns);
  return {
    shape,
    selection: {
      project: project ?? '',
      featureService: feature_service,
      features: feature_service === undefined ? selectedFeatures(snapshot, features, names) : undefined,
      fullFeatureNames: full_feature_names ?? false,
      maxAgeMicros: max_age_seconds === undefined ? undefined : max_age_seconds * 1_000_000,
    },
    columns: new Map(Object.entries(columns)),
  };
}

function asColumns(keys: Readonly<Record<string, JsonKey>>): Record<string, JsonKey[]> {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, [value]]));
}

/**
 * References as given; a name without a view is looked up among all views and must be unique. Nothing given = every feature of the views
 * whose join keys are exactly the given ones.
 */
function selectedFeatures(
  snapshot: Snapshot,
  features: readonly string[] | undefined,
  joinKeys: readonly string[],
): string[] {
  if (features === undefined) return featuresOf(snapshot, joinKeys);
  const problems: Problem[] = [];
  const references = features.map((name, index) => {
    if (name.includes(':')) return name;
    const views = snapshot.featureViews.filter((view) => view.features.some((feature) => feature.name === name));
    if (views.length === 1) return `${views[0]?.name}:${name}`;
    const message =
      views.length === 0
        ? `unknown feature ${name}`
        : `${name} is a feature of ${views.map((view) => view.name).join(' and ')}; say which, as view:feature`;
    problems.push({ path: `features[${index}]`, message });
    return name;
  });
  if (problems.length > 0) throw LarderError.fromProblems('request body', problems);
  return references;
}

function featuresOf(snapshot: Snapshot, joinKeys: readonly string[]): string[] {
  const wanted = [...joinKeys].sort().join(',');
  const views = snapshot.featureViews.filter(
    (view) =>
      joinKeysOfView(snapshot, view)
        .map((key) => key.name)
        .join(',') === wanted,
  );
  const references = views.flatMap((view) => view.features.map((feature) => `${view.name}:${feature.name}`));
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
