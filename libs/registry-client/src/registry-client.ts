import type { Definitions, Snapshot } from '@larder/registry';
import { LarderError, parseSnapshot } from '@larder/registry';
import { z } from 'zod';
import {
  applyResultSchema,
  consumerRecordsSchema,
  diffResultSchema,
  historySchema,
  planResultSchema,
  projectSummariesSchema,
} from './answer-schemas.js';
import { featureSummariesSchema, lineageSchema, searchHitsSchema, viewDescriptionSchema } from './catalogue-schemas.js';
import { followVersions } from './follow-versions.js';
import type { FollowOptions } from './follow-versions.js';
import { callHttp, readJson } from './http-call.js';
import type { HttpCall, HttpCallTarget } from './http-call.js';
import type {
  MaterializationState,
  MaterializationWrite,
  StoredMaterializationState,
} from './materialization-state.js';
import { materializationAnswerSchema, storedMaterializationSchema } from './materialization-state.js';
import type {
  ApplyRequest,
  ApplyResult,
  ConsumerRecord,
  ConsumersReport,
  DiffResult,
  FeatureSummary,
  Lineage,
  PlanRequest,
  PlanResult,
  ProjectSummary,
  RollbackRequest,
  SearchHit,
  SearchQuery,
  VersionRecord,
  ViewDescription,
} from './registry-api.js';
import type { RunRecord } from './run-record.js';
import { runRecordSchema, runRecordsSchema } from './run-record.js';

export interface RegistryClientOptions {
  /** Where the registry listens: `http://localhost:6570`. */
  readonly url: string;
  /** How long a call may take; 30 by default. */
  readonly timeoutSeconds?: number;
}

/** A snapshot with the tag under which the registry knows it. */
export interface TaggedSnapshot {
  readonly etag: string;
  readonly snapshot: Snapshot;
}

/** Options of a call that lists. */
export interface ListOptions {
  /** Most entries of the answer, 1 to 1000; 100 by default. */
  readonly limit?: number;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
/** While a plan or an apply is made, somebody looks at the data of all its views. */
const LOOKING_TIMEOUT_SECONDS = 180;

/** Options of a plan. */
export type PlanOptions = Omit<PlanRequest, 'definitions'>;

const reportedSchema = z.object({ consumers: z.number() });
const writtenSchema = z.object({ state: storedMaterializationSchema });

/**
 * The registry's API as typed methods. Errors of the registry come back as `LarderError` with its code, message and
 * details; when nobody answers it is UNAVAILABLE or DEADLINE_EXCEEDED, naming the URL. An answer of an unknown shape is
 * FAILED_PRECONDITION: registry and client are of versions that do not fit.
 */
export class RegistryClient {
  /** Where the registry listens, without a slash at the end. */
  readonly url: string;
  private readonly target: HttpCallTarget;
  private readonly looking: Pick<HttpCall, 'timeoutSeconds'>;

  constructor({ url, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: RegistryClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.target = { url: this.url, timeoutSeconds };
    this.looking = { timeoutSeconds: Math.max(timeoutSeconds, LOOKING_TIMEOUT_SECONDS) };
  }

  /** What applying the definitions would change and take. Writes nothing. INVALID_ARGUMENT with every problem of the definitions. */
  plan(project: string, definitions: Definitions, options: PlanOptions = {}): Promise<PlanResult> {
    const body: PlanRequest = { definitions, ...options };
    return this.call(planResultSchema, { method: 'POST', path: projectPath(project, 'plan'), body, ...this.looking });
  }

  /**
   * Registers definitions as the next version. ABORTED, naming the winner, when `expectedVersion` is not current;
   * FAILED_PRECONDITION with every reason when the plan has problems; UNAVAILABLE when nobody can look at the data.
   */
  apply(project: string, request: ApplyRequest): Promise<ApplyResult> {
    const path = projectPath(project, 'apply');
    return this.call(applyResultSchema, { method: 'POST', path, body: request, ...this.looking });
  }

  /** Makes the definitions of an older version current, as a new version. Refused as an apply with `prune` would be. */
  rollback(project: string, request: RollbackRequest): Promise<ApplyResult> {
    return this.call(applyResultSchema, { method: 'POST', path: projectPath(project, 'rollback'), body: request });
  }

  /** What changed from one version to another, in either direction; `to` is the current one by default. */
  diff(project: string, range: { readonly from: number; readonly to?: number }): Promise<DiffResult> {
    return this.call(diffResultSchema, { method: 'GET', path: projectPath(project, 'diff') + query({ ...range }) });
  }

  /** All projects by name. */
  projects(): Promise<ProjectSummary[]> {
    return this.call(projectSummariesSchema, { method: 'GET', path: '/v1/projects' });
  }

  /** The current snapshot, or that of `version`. NOT_FOUND when there is none. */
  async snapshot(project: string, options: { readonly version?: number } = {}): Promise<Snapshot> {
    const path = projectPath(project, 'snapshot') + query({ version: options.version });
    return (await this.taggedSnapshot({ method: 'GET', path })).snapshot;
  }

  /** The current snapshot when it is not the one of `etag`, else undefined: the cheap question of a watch. */
  async snapshotIfChanged(
    project: string,
    etag: string | undefined,
    signal?: AbortSignal,
  ): Promise<TaggedSnapshot | undefined> {
    const call: HttpCall = {
      method: 'GET',
      path: projectPath(project, 'snapshot'),
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      ...(signal === undefined ? {} : { signal }),
    };
    const response = await callHttp(this.target, call);
    if (response.status !== 304) return this.readSnapshot(response);
    await response.body?.cancel();
    return undefined;
  }

  /** Reads the stream of new versions until it ends, as `followVersions` says. */
  follow(options: FollowOptions): Promise<void> {
    const path = options.project === undefined ? '/v1/watch' : projectPath(options.project, 'watch');
    return followVersions(this.target, path, options);
  }

  /** Every feature of the project, by view and stored order. */
  features(project: string): Promise<FeatureSummary[]> {
    return this.call(featureSummariesSchema, { method: 'GET', path: projectPath(project, 'features') });
  }

  /** A view with what it depends on and what depends on it. */
  view(project: string, name: string): Promise<ViewDescription> {
    return this.call(viewDescriptionSchema, { method: 'GET', path: projectPath(project, 'views', name) });
  }

  /** What was applied when and by whom, newest first. */
  history(project: string, { limit }: ListOptions = {}): Promise<VersionRecord[]> {
    return this.call(historySchema, { method: 'GET', path: projectPath(project, 'history') + query({ limit }) });
  }

  /** Objects and features that meet the query, the best matches first. */
  search(project: string, { tags = [], ...rest }: SearchQuery): Promise<SearchHit[]> {
    const path = projectPath(project, 'search') + query({ ...rest, tag: tags });
    return this.call(searchHitsSchema, { method: 'GET', path });
  }

  /** What an object or `view:feature` comes from and what depends on it, its consumers included. NOT_FOUND for an unknown name. */
  lineage(project: string, name: string): Promise<Lineage> {
    return this.call(lineageSchema, { method: 'GET', path: projectPath(project, 'lineage', name) });
  }

  /** Applications that were seen reading, the most recent first. */
  consumers(project: string, { limit }: ListOptions = {}): Promise<ConsumerRecord[]> {
    const path = projectPath(project, 'consumers') + query({ limit });
    return this.call(consumerRecordsSchema, { method: 'GET', path });
  }

  /** Tells which applications read since the last report; at most 1,000 entries, counts are added to those known. */
  async reportConsumers(project: string, report: ConsumersReport): Promise<void> {
    await this.call(reportedSchema, { method: 'POST', path: projectPath(project, 'consumers'), body: report });
  }

  /** The state of a view's online values; undefined before the first write. NOT_FOUND for an id that was never given. */
  async materialization(project: string, viewId: number): Promise<StoredMaterializationState | undefined> {
    const call: HttpCall = { method: 'GET', path: materializationPath(project, viewId) };
    return (await this.call(materializationAnswerSchema, call)).state ?? undefined;
  }

  /** Replaces a view's state if `expectedRevision` (0 = there is none) is still stored; ABORTED with the stored `revision` in its details if not. */
  async saveMaterialization(
    project: string,
    state: MaterializationState,
    expectedRevision: number,
  ): Promise<StoredMaterializationState> {
    const body: MaterializationWrite = { revision: expectedRevision, state };
    const path = materializationPath(project, state.viewId);
    return (await this.call(writtenSchema, { method: 'PUT', path, body })).state;
  }

  /** Keeps the record of a run; a later record of the same id replaces it. */
  async recordRun(project: string, run: RunRecord): Promise<void> {
    await this.call(runRecordSchema, { method: 'POST', path: projectPath(project, 'runs'), body: run });
  }

  /** Runs by start, newest first. */
  runs(project: string, { view, limit }: ListOptions & { readonly view?: string } = {}): Promise<RunRecord[]> {
    return this.call(runRecordsSchema, { method: 'GET', path: projectPath(project, 'runs') + query({ view, limit }) });
  }

  private async call<T>(schema: z.ZodType<T>, call: HttpCall): Promise<T> {
    const response = await callHttp(this.target, call);
    const parsed = schema.safeParse(await readJson(this.target, response));
    if (parsed.success) return parsed.data;
    throw this.unknownAnswer(`${call.method} ${call.path}`, parsed.error);
  }

  private async taggedSnapshot(call: HttpCall): Promise<TaggedSnapshot> {
    return this.readSnapshot(await callHttp(this.target, call));
  }

  private async readSnapshot(response: Response): Promise<TaggedSnapshot> {
    const etag = response.headers.get('etag') ?? '';
    const json = await readJson(this.target, response);
    try {
      return { etag, snapshot: parseSnapshot(json) };
    } catch (error) {
      throw this.unknownAnswer('snapshot', error);
    }
  }

  private unknownAnswer(what: string, cause: unknown): LarderError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the registry at ${this.url} sent an answer of an unknown shape (${what}); do the versions of both fit? ${reason}`;
    return new LarderError('FAILED_PRECONDITION', message, {}, { cause });
  }
}

function projectPath(...parts: readonly [project: string, ...rest: string[]]): string {
  return `/v1/projects/${parts.map(encodeURIComponent).join('/')}`;
}

function materializationPath(project: string, viewId: number): string {
  return projectPath(project, 'views', String(viewId), 'materialization');
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

function query(parameters: Readonly<Record<string, QueryValue>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => {
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return values.map((each): [string, string] => [name, String(each)]);
  });
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
