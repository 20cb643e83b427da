import type { Clock } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import type { OnlineStore, ViewLookup, ViewRows } from '@larder/online-store';
import type { ReadRequest } from '@larder/serving-api';
import { encodeResponseMetadata, parseReadRequest } from '@larder/serving-api';
import { assembleResponse } from './assemble-response.js';
import { buildKeyPrefixes } from './entity-keys.js';
import type { PlanCache } from './plan-cache.js';
import type { ReadPlan } from './read-plan.js';

export interface ReadServiceOptions {
  readonly store: OnlineStore;
  readonly plans: PlanCache;
  readonly clock: Clock;
  /** Told when the store did not answer and the caller got UNAVAILABLE values. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** Time kept back from a caller's deadline for assembling and sending the answer. */
const DEADLINE_MARGIN_MS = 2;

/** Reads: request bytes → plan → one round trip → response bytes. Knows no transport. */
export class ReadService {
  private readonly metadata = new WeakMap<ReadPlan, Map<string, Buffer>>();

  constructor(private readonly options: ReadServiceOptions) {}

  /** The bytes of a GetOnlineFeaturesRequest answered by the bytes of a GetOnlineFeaturesResponse. */
  async readBytes(request: Buffer, deadlineMillis: number | undefined): Promise<Buffer> {
    return this.read(parseReadRequest(request), deadlineMillis);
  }

  /** As `readBytes`, for a request that has been parsed. */
  async read(request: ReadRequest, deadlineMillis: number | undefined): Promise<Buffer> {
    const plan = this.options.plans.plan(request);
    const prefixes = buildKeyPrefixes(plan, request.joinKeys);
    const lookups = plan.views.map(({ view }, index) => ({
      project: plan.project,
      viewId: view.id,
      keyPrefixes: prefixes[index] ?? [],
    }));
    const rows = await this.readRows(lookups, deadlineMillis);
    const moment = {
      nowMicros: Number(this.options.clock.now()),
      maxAgeMicros: request.maxAgeMicros ?? Number.POSITIVE_INFINITY,
    };
    return assembleResponse(plan, this.metadataOf(plan, rows), rows, moment);
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
    for (const { pointer } of rows) key += `${pointer?.generation ?? 0},`;
    let bytes = known.get(key);
    if (bytes === undefined) {
      if (known.size > 100) known.clear();
      known.set(key, (bytes = buildMetadata(plan, rows)));
    }
    return bytes;
  }
}

function buildMetadata(plan: ReadPlan, rows: readonly ViewRows[]): Buffer {
  return encodeResponseMetadata({
    snapshotVersion: plan.snapshotVersion,
    views: plan.views.map(({ alias, featureNames, view }, index) => ({
      name: alias,
      featureNames: [...featureNames],
      viewVersion: view.version,
      generation: rows[index]?.pointer?.generation ?? 0,
    })),
  });
}

function unavailable(lookups: readonly ViewLookup[]): ViewRows[] {
  return lookups.map(({ keyPrefixes }) => ({ pointer: undefined, rows: keyPrefixes.map(() => null) }));
}

/** `promise`, or `otherwise` once the time (milliseconds since the epoch) has come. */
function before<T>(timeMillis: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise), Math.max(0, timeMillis - Date.now()));
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
