import type { FeatureSelection, FeatureViewSpec, LiveVersions, Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { ViewRows } from '@larder/online-store';
import type { ReadRequest } from '@larder/serving-api';
import { LivePointers } from './live-pointers.js';
import { buildReadPlan } from './read-plan.js';
import type { ReadPlan } from './read-plan.js';
import { servedViews } from './served-views.js';
import type { ServedView } from './served-views.js';

export interface PlanCacheOptions {
  readonly currentSnapshot: () => Snapshot | undefined;
  /** Told when the online store holds a version of a view that the snapshot does not know. Must not wait. */
  readonly onUnknownVersion?: () => void;
}

/** What of a request its plan depends on. */
export type PlannedSelection = Pick<ReadRequest, 'featureService' | 'features' | 'fullFeatureNames'>;

/** Plans kept at a time; selections come from callers, so their number is bounded. */
const MAX_PLANS = 1000;

/**
 * The plans of one project: finds or makes that of a request. Starts over with each new snapshot; plans of a view are made anew
 * when its pointer names another version than before.
 */
export class PlanCache {
  private readonly plans = new Map<string, ReadPlan>();
  private readonly pointers = new LivePointers();
  private of: Snapshot | undefined;
  private views: { readonly changes: number; readonly served: readonly ServedView[] } | undefined;
  private changeCount = 0;

  constructor(private readonly options: PlanCacheOptions) {}

  /** Grows with everything that may make a plan another one: a new snapshot, a pointer that names another version. */
  get changes(): number {
    return this.changeCount;
  }

  /** Version of each view that its pointer named last; undefined for views that were not read yet. */
  get live(): LiveVersions {
    return this.pointers.versionOf;
  }

  /** Throws UNAVAILABLE while there is no snapshot, and what a wrong selection throws. */
  plan(request: PlannedSelection): ReadPlan {
    const snapshot = this.snapshot();
    const key = selectionKey(request);
    const known = this.plans.get(key);
    if (known !== undefined) return known;
    const { fullFeatureNames } = request;
    const plan = buildReadPlan(snapshot, selectionOf(request), { fullFeatureNames, live: this.live });
    if (this.plans.size >= MAX_PLANS) this.plans.clear();
    this.plans.set(key, plan);
    return plan;
  }

  /** The current snapshot. Throws UNAVAILABLE while there is none. */
  snapshot(): Snapshot {
    const snapshot = this.options.currentSnapshot();
    if (snapshot === undefined)
      throw new LarderError(
        'UNAVAILABLE',
        'no snapshot of the registry has arrived yet; apply definitions, or wait until the registry can be reached',
      );
    if (this.of !== snapshot) {
      this.of = snapshot;
      this.plans.clear();
      this.changeCount++;
    }
    return snapshot;
  }

  /** The views as they are read now. */
  servedViews(): readonly ServedView[] {
    const snapshot = this.snapshot();
    if (this.views?.changes !== this.changeCount)
      this.views = { changes: this.changeCount, served: servedViews(snapshot, this.live) };
    return this.views.served;
  }

  /** Ids of the views of which the online store may hold an earlier version than the newest. */
  unsettledViews(): number[] {
    return [...new Set((this.snapshot().formerViews ?? []).map(({ view }) => view.id))];
  }

  /** Takes down what the pointers said that came with the rows of these views. */
  note(viewIds: readonly number[], rows: readonly ViewRows[]): void {
    for (const [index, viewId] of viewIds.entries()) {
      const version = rows[index]?.pointer?.viewVersion;
      if (version === undefined) continue;
      if (this.pointers.note(viewId, version)) this.forget(viewId);
      if (!knowsVersion(this.snapshot(), viewId, version)) this.options.onUnknownVersion?.();
    }
  }

  private forget(viewId: number): void {
    this.changeCount++;
    for (const [key, plan] of this.plans) if (plan.views.some(({ view }) => view.id === viewId)) this.plans.delete(key);
  }
}

function knowsVersion(snapshot: Snapshot, viewId: number, version: number): boolean {
  const isIt = (view: FeatureViewSpec): boolean => view.id === viewId && view.version === version;
  return snapshot.featureViews.some(isIt) || snapshot.formerViews?.some(({ view }) => isIt(view)) === true;
}

function selectionKey({ featureService, features, fullFeatureNames }: PlannedSelection): string {
  const names = fullFeatureNames ? 'full' : 'short';
  return featureService === undefined
    ? `${names}\nfeatures\n${features?.join('\n')}`
    : `${names}\nservice\n${featureService}`;
}

function selectionOf({ featureService, features }: PlannedSelection): FeatureSelection {
  if (featureService !== undefined) return { featureService };
  if (features !== undefined) return { features };
  throw LarderError.fromProblems('request', [{ path: 'selection', message: 'expected feature_service or features' }]);
}
