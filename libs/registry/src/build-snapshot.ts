import { LarderError } from './larder-error.js';
import type { Definitions, FeatureViewDefinition, FeatureViewSpec, Snapshot } from './snapshot.js';
import { sameMeaning } from './view-meaning.js';

/** The newest id given to each view of a project, retired views included: name → id. Kept by the registry between applies. */
export type ViewIds = Readonly<Record<string, number>>;

export interface NumberedSnapshot {
  readonly snapshot: Snapshot;
  readonly viewIds: ViewIds;
}

const MAX_VIEW_VERSION = 65_535;

/**
 * Compiled definitions as the snapshot that follows `previous`: views of `previous` keep their id, others get the next one
 * that was never given, also when a retired view of their name had one, since rows under that id may still lie in the online
 * store and know nothing of the new version. A view whose meaning changed gets the next version. Pure. Throws
 * FAILED_PRECONDITION when a view would get version 65536, and when `previous` is of another project.
 */
export function buildSnapshot(
  definitions: Definitions,
  previous: Snapshot | undefined,
  viewIds: ViewIds = {},
): NumberedSnapshot {
  if (previous !== undefined && previous.project !== definitions.project) {
    throw new LarderError('FAILED_PRECONDITION', `${definitions.project} cannot follow ${previous.project}`);
  }
  const before = new Map((previous?.featureViews ?? []).map((view) => [view.name, view]));
  const ids = new Map(Object.entries(viewIds));
  for (const { name, id } of before.values()) ids.set(name, id);
  let lastId = Math.max(0, ...ids.values(), ...Object.values(viewIds));
  const featureViews = definitions.featureViews.map((view): FeatureViewSpec => {
    const known = before.get(view.name);
    if (known !== undefined) return { ...view, id: known.id, version: nextVersion(known, previous, view, definitions) };
    lastId += 1;
    ids.set(view.name, lastId);
    return { ...view, id: lastId, version: 1 };
  });
  return {
    snapshot: { ...definitions, version: (previous?.version ?? 0) + 1, featureViews },
    viewIds: Object.fromEntries(ids),
  };
}

function nextVersion(
  before: FeatureViewSpec,
  previous: Snapshot | undefined,
  after: FeatureViewDefinition,
  definitions: Definitions,
): number {
  if (sameMeaning(before, previous, after, definitions)) return before.version;
  if (before.version < MAX_VIEW_VERSION) return before.version + 1;
  throw new LarderError(
    'FAILED_PRECONDITION',
    `feature view ${after.name} has had ${MAX_VIEW_VERSION} versions; give it a new name`,
  );
}
