import type {
  Change,
  Definitions,
  FeatureViewSpec,
  LoadedVersions,
  Merge,
  MergeOptions,
  NumberedSnapshot,
  Problem,
  Shaped,
  Snapshot,
  ViewHistory,
} from '@larder/registry';
import {
  buildSnapshot,
  checkShape,
  LarderError,
  mergeDefinitions,
  likenessWarnings,
  planChanges,
  validateDefinitions,
} from '@larder/registry';
import type { ViewProgress } from '../materialization/materialization-store.js';

/** What applying would make of a project: everything that can be said of it without asking anybody. */
export interface Draft extends NumberedSnapshot, Merge {
  /** Version that it is drawn over; 0 for a new project. */
  readonly baseVersion: number;
  readonly changes: readonly Change[];
  /** Views that are new or compute something else than the current version does. */
  readonly changedViews: readonly FeatureViewSpec[];
}

/** What is registered, as far as a draft needs it. */
export interface Base {
  readonly current: Snapshot | undefined;
  readonly history: ViewHistory;
  /** By view id. */
  readonly progress: ReadonlyMap<number, ViewProgress>;
}

/** Definitions as they were sent, with what is wrong with the shape of single objects. */
export type SentDefinitions = Shaped & { readonly definitions: Definitions };

/** Definitions as they were sent, their shape checked and their project the right one; rules are checked once they are merged. */
export function readDefinitions(project: string, input: unknown): SentDefinitions {
  const shaped = checkShape(input);
  const { definitions } = shaped;
  if (definitions === undefined) throw LarderError.fromProblems('definitions', shaped.problems);
  if (definitions.project === project) return { ...shaped, definitions };
  const message = `they are of project ${definitions.project}, and were sent to ${project}`;
  throw LarderError.fromProblems('definitions', [{ path: 'project', message }]);
}

/**
 * What was sent laid over what is registered. Throws INVALID_ARGUMENT with every problem of the whole that would be registered:
 * what stays may refer to what changed.
 */
export function mergeSent(current: Snapshot | undefined, sent: SentDefinitions, options: MergeOptions): Merge {
  const merge = mergeDefinitions(current, sent.definitions, options);
  const others = merge.kept.filter((each) => each.kind === 'featureView').map((each) => each.name);
  const found = validateDefinitions(merge.definitions, sent.broken, new Set(others));
  const isOld = oldProblems(current, sent);
  const problems = [...sent.problems, ...found.filter((each) => !isOfRefused(merge, each.path) && !isOld(each))];
  if (problems.length > 0) throw LarderError.fromProblems('definitions', problems);
  return merge;
}

/**
 * Tells problems of what others registered and nobody touches: a rule that was added later must not stop those whose own
 * definitions keep it.
 */
function oldProblems(current: Snapshot | undefined, sent: SentDefinitions): (problem: Problem) => boolean {
  let old: ReadonlySet<string> | undefined;
  return (problem) => {
    if (current === undefined || isSent(sent, problem.path)) return false;
    old ??= new Set(validateDefinitions(current).map(({ path, message }) => `${path}: ${message}`));
    return old.has(`${problem.path}: ${problem.message}`);
  };
}

function isSent({ definitions }: SentDefinitions, path: string): boolean {
  const [section, name] = path.split('.');
  const sections: Readonly<Record<string, readonly { readonly name: string }[]>> = {
    entities: definitions.entities,
    sources: definitions.sources,
    featureViews: definitions.featureViews,
    featureServices: definitions.featureServices,
  };
  return sections[section ?? '']?.some((each) => each.name === name) !== false;
}

/** What has to stay may lack what goes: it is refused for its own reason, and not for that. */
export function isOfRefused({ refused }: Merge, path: string): boolean {
  return refused.some((each) => path === each.path || path.startsWith(`${each.path}.`));
}

/**
 * An older snapshot laid over what is registered: everything as it was, so that what has come since goes. The rules are not
 * checked again: one that was added later must not stand in the way back.
 */
export function mergeOlder(current: Snapshot | undefined, older: Snapshot): Merge {
  return mergeDefinitions(current, definitionsOf(older), { prune: true });
}

/** What a merge over `base.current` would make of the project. */
export function draftOf({ current, history }: Pick<Base, 'current' | 'history'>, merge: Merge): Draft {
  const numbered = buildSnapshot(merge.definitions, current, history);
  const before = new Map((current?.featureViews ?? []).map((view) => [view.id, view.version]));
  return {
    ...numbered,
    ...merge,
    baseVersion: current?.version ?? 0,
    changes: planChanges(current, merge.definitions).map((change) => withoutLoaded(change, numbered.snapshot, history)),
    changedViews: numbered.snapshot.featureViews.filter(({ id, version }) => before.get(id) !== version),
  };
}

/** A meaning that returns while its rows are still live, as in a rollback soon after the apply, needs no new ones. */
function withoutLoaded(change: Change, { featureViews }: Snapshot, { live }: ViewHistory): Change {
  if (change.kind !== 'featureView' || !change.rematerialize) return change;
  const view = featureViews.find((each) => each.name === change.name);
  return view !== undefined && live(view.id) === view.version ? { ...change, rematerialize: false } : change;
}

/** What should be known of the views that are new or changed, and does not stop them. */
export function warningsOf({ changes, definitions }: Draft): Problem[] {
  const views = changes.filter(({ kind, action }) => kind === 'featureView' && action !== 'retire');
  return views.length === 0 ? [] : likenessWarnings(definitions, new Set(views.map((each) => each.name)));
}

/** The definitions that a snapshot was made of. */
export function definitionsOf({
  formatVersion,
  project,
  entities,
  sources,
  featureViews,
  featureServices,
}: Snapshot): Definitions {
  return {
    formatVersion,
    project,
    entities,
    sources,
    featureViews: featureViews.map(({ id: _id, version: _version, ...view }) => view),
    featureServices,
  };
}

/** Versions that readers surely see, by what the runs have told; as `liveVersion` of a whole state. */
export function loadedVersions(progress: ReadonlyMap<number, ViewProgress>): LoadedVersions {
  return (viewId) => {
    const view = progress.get(viewId);
    if (view === undefined) return 'none';
    return view.asOf === undefined || view.isSwitching ? undefined : view.viewVersion;
  };
}
