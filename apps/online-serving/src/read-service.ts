import type { Clock } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import type { OnlineStore, ViewLookup, ViewRows } from '@larder/online-store';
import type { JoinKeyColumnValues, ReadRequest } from '@larder/serving-api';
import { encodeResponseMetadata } from '@larder/serving-api';
import { assembleResponse, servedGeneration } from './assemble-response.js';
import { buildKeyPrefixes } from './entity-keys.js';
import type { PlanCache } from './plan-cache.js';
import type { ReadPlan } from './read-plan.js';
import type { ServedProjects } from './served-projects.js';

export interface ReadServiceOptions {
  readonly store: OnlineStore;
  readonly projects: ServedProjects;
  readonly clock: Clock;
  /** Told when the store did not answer and the caller got UNAVAILABLE values. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** What one read asks for, by the versions of the views that are live as far as is known. */
export interface Question {
  readonly plan: ReadPlan;
  readonly joinKeys: readonly JoinKeyColumnValues[];
  /** Undefined = none but the views' own. */
  readonly maxAgeMicros: number | undefined;
}

/** Makes the question of a request, each time it is called by what is known then; throws what is wrong with the request. */
export type Ask = (plans: PlanCache) => Question;

export interface Answer {
  /** Of a GetOnlineFeaturesResponse. */
  readonly bytes: Buffer;
  /** By which it was read. */
  readonly plan: ReadPlan;
}

/** A question that has been checked, and what the store is asked for it. */
interface Checked extends Question {
  readonly lookups: readonly ViewLookup[];
}

/** Time kept back from a caller's deadline for assembling and sending the answer. */
const DEADLINE_MARGIN_MS = 2;

/** Twice is what a switched version takes; more often only when versions are switched faster than rows are read. */
const MAX_ROUNDS = 4;

/**
 * Reads: request → plan → one round trip → response bytes. Knows no transport.
 *
 * A plan is made by the versions that the views' pointers named last, and every read brings the pointers with it. When one names
 * another version, the request is planned and read again by that one: a view's answer is wholly of the version that was live.
 * A request is refused only by versions that have just been looked at.
 */
export class ReadService {
  private readonly metadata = new WeakMap<ReadPlan, Map<string, Buffer>>();

  constructor(private readonly options: ReadServiceOptions) {}

  /** Answers a request. NOT_FOUND for an unknown project, and what is wrong with the request. */
  read(request: ReadRequest, deadlineMillis: number | undefined): Promise<Answer> {
    const { project, joinKeys, maxAgeMicros } = request;
    return this.answer(project, (plans) => ({ plan: plans.plan(request), joinKeys, maxAgeMicros }), deadlineMillis);
  }

  /** As `read`, for a request that is made by the versions of the views that are live. */
  async answer(project: string, ask: Ask, deadlineMillis: number | undefined): Promise<Answer> {
    const plans = this.options.projects.of(project);
    let checked: Checked;
    const { changes } = plans;
    try {
      checked = check(ask(plans));
    } catch (error) {
      await this.confirmRefusal(plans, error, changes);
      checked = await this.checkAgain(plans, ask);
    }
    for (let round = 1; ; round++) {
      const rows = await this.readRows(checked.lookups, deadlineMillis);
      if (round === MAX_ROUNDS || hasPlannedVersions(checked.plan, rows)) return this.assemble(checked, rows);
      plans.note(
        checked.lookups.map(({ viewId }) => viewId),
        rows,
      );
      const next = await this.checkAgain(plans, ask);
      if (next.plan === checked.plan) return this.assemble(checked, rows);
      checked = next;
    }
  }

  private async checkAgain(plans: PlanCache, ask: Ask): Promise<Checked> {
    for (let round = 1; ; round++) {
      const { changes } = plans;
      try {
        return check(ask(plans));
      } catch (error) {
        if (round === MAX_ROUNDS) throw error;
        await this.confirmRefusal(plans, error, changes);
      }
    }
  }

  /**
   * Throws the refusal of a request unless something has changed since `changes`: of views with several versions it looks which
   * one is live now. UNAVAILABLE when that cannot be known.
   */
  private async confirmRefusal(plans: PlanCache, error: unknown, changes: number): Promise<void> {
    if (!isLarderError(error) || (error.code !== 'INVALID_ARGUMENT' && error.code !== 'NOT_FOUND')) throw error;
    const { project } = plans.snapshot();
    const unsettled = plans.unsettledViews();
    try {
      const lookups = unsettled.map((viewId) => ({ project, viewId, keyPrefixes: [] }));
      if (lookups.length > 0) plans.note(unsettled, await this.options.store.read(lookups));
    } catch (failure) {
      if (!isLarderError(failure) || failure.code !== 'UNAVAILABLE') throw failure;
      const isUnknown = unsettled.some((viewId) => plans.live(viewId) === undefined);
      if (isUnknown)
        throw new LarderError('UNAVAILABLE', `${failure.message}, so that this is not certain: ${error.message}`);
    }
    if (plans.changes === changes) throw error;
  }

  private assemble({ plan, maxAgeMicros = Number.POSITIVE_INFINITY }: Checked, rows: readonly ViewRows[]): Answer {
    const moment = { nowMicros: Number(this.options.clock.now()), maxAgeMicros };
    return { bytes: assembleResponse(plan, this.metadataOf(plan, rows), rows, moment), plan };
  }

  /** What the store has; when it fails or the deadline is near, every view is answered as unavailable. */
  private async readRows(
    lookups: readonly ViewLookup[],
    deadlineMillis: number | undefined,
  ): Promise<readonly ViewRows[]> {
    try {
      const rows = this.options.store.read(lookups);
      return deadlineMillis === undefined
        ? await rows
        : await before(deadlineMillis - DEADLINE_MARGIN_MS, rows, unavailable(lookups));
    } catch (error) {
      if (!isLarderError(error) || error.code !== 'UNAVAILABLE') throw error;
      this.options.onStoreFailure(error);
      return unavailable(lookups);
    }
  }

  private metadataOf(plan: ReadPlan, rows: readonly ViewRows[]): Buffer {
    let known = this.metadata.get(plan);
    if (known === undefined) this.metadata.set(plan, (known = new Map<string, Buffer>()));
    let key = '';
    for (let view = 0; view < plan.views.length; view++) key += `${servedGeneration(plan, rows, view)},`;
    let bytes = known.get(key);
    if (bytes === undefined) {
      if (known.size > 100) known.clear();
      known.set(key, (bytes = buildMetadata(plan, rows)));
    }
    return bytes;
  }
}

function check(question: Question): Checked {
  const { plan, joinKeys, maxAgeMicros } = question;
  const prefixes = buildKeyPrefixes(plan, joinKeys);
  const lookups = plan.views.map(({ view }, index) => ({
    project: plan.project,
    viewId: view.id,
    keyPrefixes: prefixes[index] ?? [],
  }));
  return { plan, joinKeys, maxAgeMicros, lookups };
}

/** Whether no pointer names another version than the plan's. */
function hasPlannedVersions(plan: ReadPlan, rows: readonly ViewRows[]): boolean {
  for (let view = 0; view < plan.views.length; view++) {
    const pointer = rows[view]?.pointer;
    if (pointer !== undefined && pointer.viewVersion !== plan.views[view]?.view.version) return false;
  }
  return true;
}

function buildMetadata(plan: ReadPlan, rows: readonly ViewRows[]): Buffer {
  return encodeResponseMetadata({
    snapshotVersion: plan.snapshotVersion,
    views: plan.views.map(({ alias, featureNames, view }, index) => ({
      name: alias,
      featureNames: [...featureNames],
      viewVersion: view.version,
      generation: servedGeneration(plan, rows, index),
    })),
  });
}

function unavailable(lookups: readonly ViewLookup[]): ViewRows[] {
  return lookups.map(({ keyPrefixes }) => ({
    pointer: undefined,
    rows: new Array<null>(keyPrefixes.length).fill(null),
  }));
}

/** `promise`, or `otherwise` once the time (milliseconds since the epoch) has come. */
function before<T>(timeMillis: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise), Math.max(0, timeMillis - Date.now()));
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
