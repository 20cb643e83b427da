import type { Problem } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { InspectionRequest, InspectionResult, SourceChecks, ViewEstimate } from '@larder/registry-client';
import { inspectionResultSchema } from '@larder/registry-client';
import { errorCode, errorText } from '../error-code.js';
import { isOfRefused } from './draft.js';
import type { Draft } from './draft.js';

/** Looks at the data behind definitions. */
export interface SourceInspector {
  /** Throws UNAVAILABLE, saying why, when it cannot look. */
  inspect(request: InspectionRequest, signal?: AbortSignal): Promise<InspectionResult>;
}

/** What the data says to a draft. */
export interface CheckedSources {
  readonly checks: SourceChecks;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly estimates: readonly ViewEstimate[];
}

/** Thousands of views are looked at in one call. */
const TIMEOUT_SECONDS = 120;

/** The inspector of an offline-query service at `url`. */
export function createSourceInspector(url: string): SourceInspector {
  const target = `${url.replace(/\/+$/, '')}/v1/source-inspections`;
  return {
    inspect: async (request) => {
      const parsed = inspectionResultSchema.safeParse(await post(target, request));
      if (parsed.success) return parsed.data;
      throw away(target, `its answer has an unknown shape: ${parsed.error.message}`);
    },
  };
}

export interface CheckOptions {
  readonly skip: boolean;
  /** Names of the views whose size is asked for. */
  readonly estimates: (draft: Draft) => readonly string[];
}

/** Looks at the new and changed views of a draft, which is made only when somebody looks. Never throws because nobody can. */
export async function checkSources(
  inspector: SourceInspector | undefined,
  draftNow: () => Draft,
  { skip, estimates: estimatesOf }: CheckOptions,
): Promise<CheckedSources> {
  if (skip) return nothing({ status: 'skipped', reason: 'as asked for' });
  if (inspector === undefined) return nothing({ status: 'not configured' });
  const draft = draftNow();
  const estimates = estimatesOf(draft);
  const names = new Set([...draft.changedViews.map((each) => each.name), ...estimates]);
  const views = [...names].filter((name) => !isOfRefused(draft, `featureViews.${name}`)).sort();
  if (views.length === 0) return nothing({ status: 'done', reason: 'no view computes anything new' });
  try {
    const result = await inspector.inspect({
      definitions: draft.definitions,
      views,
      estimates: estimates.filter((name) => views.includes(name)),
    });
    return { checks: { status: 'done' }, ...result };
  } catch (error) {
    const { code, message } = LarderError.from(error);
    if (code === 'INTERNAL') throw error;
    return nothing({ status: 'unavailable', reason: message });
  }
}

function nothing(checks: SourceChecks): CheckedSources {
  return { checks, problems: [], warnings: [], estimates: [] };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  try {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw away(url, `it answered ${response.status}: ${text.slice(0, 500)}`);
  } catch (error) {
    if (error instanceof LarderError) throw error;
    throw away(url, reasonOf(error), error);
  }
}

function away(url: string, reason: string, cause?: unknown): LarderError {
  const message = `nobody looked at the data: offline-query at ${new URL(url).origin} did not (${reason})`;
  return new LarderError('UNAVAILABLE', message, {}, { cause });
}

/** The system's code where there is one: `fetch failed` says nothing. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return errorCode(cause) ?? errorText(cause);
}
