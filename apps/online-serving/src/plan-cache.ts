import type { Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { ReadRequest } from '@larder/serving-api';
import { buildReadPlan } from './read-plan.js';
import type { ReadPlan } from './read-plan.js';

/** Plans kept per snapshot; selections come from callers, so their number is bounded. */
const MAX_PLANS = 1000;

/** Finds or makes the plan of a request; starts over with each new snapshot. */
export class PlanCache {
  private plans = new Map<string, ReadPlan>();
  private of: Snapshot | undefined;

  constructor(private readonly currentSnapshot: () => Snapshot | undefined) {}

  /** Throws UNAVAILABLE while there is no snapshot, NOT_FOUND for another project, and what a wrong selection throws. */
  plan(request: Pick<ReadRequest, 'project' | 'featureService' | 'features' | 'fullFeatureNames'>): ReadPlan {
    const snapshot = this.snapshot(request.project);
    const key = selectionKey(request);
    const known = this.plans.get(key);
    if (known !== undefined) return known;
    const plan = buildReadPlan(snapshot, selectionOf(request), request.fullFeatureNames);
    if (this.plans.size >= MAX_PLANS) this.plans.clear();
    this.plans.set(key, plan);
    return plan;
  }

  /** The snapshot that serves `project` (empty = the only one). */
  snapshot(project: string): Snapshot {
    const snapshot = this.currentSnapshot();
    if (snapshot === undefined)
      throw new LarderError(
        'UNAVAILABLE',
        'no snapshot of the registry has arrived yet; apply definitions, or wait until the registry can be reached',
      );
    if (project !== '' && project !== snapshot.project)
      throw new LarderError('NOT_FOUND', `unknown project ${project}; this server serves ${snapshot.project}`);
    if (this.of !== snapshot) {
      this.of = snapshot;
      this.plans = new Map();
    }
    return snapshot;
  }
}

function selectionKey({
  featureService,
  features,
  fullFeatureNames,
}: Pick<ReadRequest, 'featureService' | 'features' | 'fullFeatureNames'>): string {
  const names = fullFeatureNames ? 'full' : 'short';
  return featureService === undefined
    ? `${names}\nfeatures\n${features?.join('\n')}`
    : `${names}\nservice\n${featureService}`;
}

function selectionOf({ featureService, features }: Pick<ReadRequest, 'featureService' | 'features'>) {
  if (featureService !== undefined) return { featureService };
  if (features !== undefined) return { features };
  throw LarderError.fromProblems('request', [{ path: 'selection', message: 'expected feature_service or features' }]);
}
