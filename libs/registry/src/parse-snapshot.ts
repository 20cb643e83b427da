import { z } from 'zod';
import { checkShape } from './check-definitions.js';
import { featureViewSchema, joinKeySchema, serviceViewSchema } from './definitions-schema.js';
import { problemWithJson } from './json-limits.js';
import { LarderError } from './larder-error.js';
import type { Problem } from './larder-error.js';
import type { FeatureViewSpec, FormerView, Snapshot } from './snapshot.js';
import { duplicates } from './names.js';
import { documentProblems, problemsFromZod } from './zod-problems.js';

const numberedView = z.looseObject({
  name: z.string(),
  id: z.int().positive(),
  version: z.int().positive().max(65_535),
});

const formerView = z.strictObject({
  view: numberedView,
  joinKeys: z.array(joinKeySchema),
  services: z.record(z.string(), z.array(serviceViewSchema)),
});

const numberedSnapshot = z.looseObject({
  version: z.int().positive(),
  featureViews: z.array(numberedView),
  formerViews: z.array(formerView).exactOptional(),
});

/**
 * A stored or received snapshot, its shape checked; INVALID_ARGUMENT with every problem. The rules of definitions are not
 * checked again: the registry did so at apply, and a rule added later must not stop the reading of what is already served.
 */
export function parseSnapshot(input: unknown): Snapshot {
  const unsafe = problemWithJson(input);
  if (unsafe !== undefined) throw LarderError.fromProblems('snapshot', [unsafe]);
  const numbered = numberedSnapshot.safeParse(input);
  if (!numbered.success) throw LarderError.fromProblems('snapshot', documentProblems(numbered.error, input));
  const { version, featureViews, formerViews, ...rest } = numbered.data;
  const { definitions, problems } = checkShape({ ...rest, featureViews: featureViews.map(withoutNumbers) });
  const numbers = new Map(
    featureViews.map(({ name, id, version: viewVersion }) => [name, { id, version: viewVersion }]),
  );
  const found = [...problems, ...problemsWithNumbers(featureViews)];
  if (definitions === undefined || found.length > 0) throw LarderError.fromProblems('snapshot', found);
  const views = definitions.featureViews.flatMap((view): FeatureViewSpec[] => {
    const number = numbers.get(view.name);
    return number === undefined ? [] : [{ ...view, ...number }];
  });
  return {
    ...definitions,
    version,
    featureViews: views,
    ...(formerViews === undefined ? {} : { formerViews: formerViews.map(readFormerView) }),
  };
}

function readFormerView({ view, joinKeys, services }: z.infer<typeof formerView>): FormerView {
  const parsed = featureViewSchema.safeParse(withoutNumbers(view));
  if (!parsed.success) throw LarderError.fromProblems('snapshot', problemsFromZod(parsed.error, view));
  return { view: { ...parsed.data, id: view.id, version: view.version }, joinKeys, services };
}

function withoutNumbers({ id: _id, version: _version, ...view }: z.infer<typeof numberedView>): unknown {
  return view;
}

function problemsWithNumbers(views: readonly z.infer<typeof numberedView>[]): Problem[] {
  const names = new Map<number, string>();
  const twice = duplicates(views.map((view) => view.name));
  if (twice.length > 0) return twice.map((name) => ({ path: `featureViews.${name}`, message: 'is there twice' }));
  return views.flatMap(({ name, id }) => {
    const other = names.get(id);
    names.set(id, name);
    return other === undefined ? [] : [{ path: `featureViews.${name}.id`, message: `${id} is the id of ${other} too` }];
  });
}
