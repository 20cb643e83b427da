import type { Clock, Definitions, FeatureViewSpec, Problem } from '@larder/registry';
import { buildSnapshot, LarderError, nearest, parseDefinitions } from '@larder/registry';
import type { OfflineStore } from '@larder/offline-store';
import type { inspectionRequestSchema, InspectionResult } from '@larder/registry-client';
import type { z } from 'zod';
import { Gate } from './gate.js';

export type InspectionBody = z.infer<typeof inspectionRequestSchema>;

export interface SourceInspectionOptions {
  /** One of its own, so that what definitions ask for takes no memory and no connection from training sets. */
  readonly store: OfflineStore;
  readonly clock: Clock;
  readonly maxRunning: number;
  /** For one inspection, waiting included. */
  readonly timeoutSeconds: number;
}

const MAX_WAITING = 64;
/** Share of the time that one look at the rows of a source may take. */
const LOOK_SHARE = 0.25;

/** Looks at the data behind definitions that are not registered yet. */
export class SourceInspectionService {
  private readonly gate: Gate;

  constructor(private readonly options: SourceInspectionOptions) {
    this.gate = new Gate({ maxRunning: options.maxRunning, maxWaiting: MAX_WAITING });
  }

  /**
   * What the data shows. INVALID_ARGUMENT for definitions that are wrong without looking at data and for unknown views, all
   * problems at once; ABORTED when the caller left; DEADLINE_EXCEEDED.
   */
  async inspect(body: InspectionBody, callerLeft: AbortSignal): Promise<InspectionResult> {
    const definitions = parseDefinitions(body.definitions);
    const problems = [...unknownViews(definitions, body, 'views'), ...unknownViews(definitions, body, 'estimates')];
    if (problems.length > 0) throw LarderError.fromProblems('source inspection', problems);
    const { snapshot } = buildSnapshot(definitions, undefined);
    const asked = new Set([...body.views, ...body.estimates]);
    const views = snapshot.featureViews.filter((view: FeatureViewSpec) => asked.has(view.name));
    const { store, clock, timeoutSeconds } = this.options;
    const late = new LarderError('DEADLINE_EXCEEDED', `the inspection took longer than ${timeoutSeconds} s`);
    const deadline = deadlineIn(timeoutSeconds, late);
    try {
      const endMs = performance.now() + timeoutSeconds * 1000;
      return await this.gate.run(AbortSignal.any([callerLeft, deadline.signal]), () =>
        store.inspectSources(
          { snapshot, views, estimates: new Set(body.estimates), now: clock.now() },
          {
            signal: callerLeft,
            timeoutSeconds: (endMs - performance.now()) / 1000,
            lookSeconds: timeoutSeconds * LOOK_SHARE,
          },
        ),
      );
    } finally {
      deadline.clear();
    }
  }
}

function unknownViews(definitions: Definitions, body: InspectionBody, field: 'views' | 'estimates'): Problem[] {
  const names = definitions.featureViews.map((view) => view.name);
  const known = new Set(names);
  return body[field].flatMap((name, index): Problem[] => {
    if (known.has(name)) return [];
    const near = nearest(name, names);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return [
      { path: `${field}.${index}`, message: `the definitions have no feature view ${JSON.stringify(name)}${hint}` },
    ];
  });
}

function deadlineIn(seconds: number, reason: LarderError): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), seconds * 1000);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
