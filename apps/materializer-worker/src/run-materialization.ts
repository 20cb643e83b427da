import type { JobRun, MaterializeViewPayload } from '@larder/materialization-queue';
import type { ColumnChunk, OfflineStore } from '@larder/offline-store';
import type { OnlineStore, ViewPointer } from '@larder/online-store';
import type { Clock, FeatureViewSpec, Instant, Snapshot } from '@larder/registry';
import { instantFromMicros, LarderError, parseInstant } from '@larder/registry';
import { latestKnownTime } from './file-changes.js';
import { removableGenerations, requestRemovals } from './old-generations.js';
import type { RemovalRequests } from './old-generations.js';
import { PhaseTimer } from './phase-timer.js';
import { planRun } from './plan-run.js';
import type { Load, RunPlan } from './plan-run.js';
import { flipPointer, newEpoch } from './pointer-flip.js';
import { readViewFiles } from './view-files.js';
import type { ViewFiles } from './view-files.js';
import { openViewRows } from './view-rows.js';
import type { ViewRowsSource } from './view-rows.js';
import type { ViewState } from './view-state.js';
import { beginReload, stateOfPointer } from './view-state.js';
import type { ViewStates } from './view-states.js';
import { writeView } from './write-view.js';
import type { RowOrder, WrittenView } from './write-view.js';

/** What runs work with. */
export interface MaterializationContext extends RemovalRequests {
  readonly offline: OfflineStore;
  readonly online: OnlineStore;
  readonly states: ViewStates;
  readonly clock: Clock;
}

/** One run of one view. */
export interface RunRequest extends Pick<JobRun<'materialize-view'>, 'signal' | 'report'> {
  readonly snapshot: Snapshot;
  /** Online. */
  readonly view: FeatureViewSpec;
  readonly payload: Pick<MaterializeViewPayload, 'mode' | 'requestedBy' | 'asOf'>;
  /** False once the definition changed: nobody waits for a reload of this one any more. Absent = it is always wanted. */
  readonly isWanted?: () => boolean;
}

/** What a run did. */
export interface RunReport {
  readonly plan: RunPlan;
  /** The source's files as the run found them; those below it for a SQL source. */
  readonly source: { readonly files: number; readonly rows: number };
  readonly asOf: Instant;
  readonly watermark?: Instant;
  /** Absent when there was nothing to do. */
  readonly written?: WrittenView;
  /** Whole milliseconds by phase. */
  readonly phasesMs: Readonly<Record<string, number>>;
}

/**
 * Brings one view's newest values into the online store. Whatever happens in between, readers see whole generations, and no row
 * is ever replaced by an older one; what a run that ended early has not done is done by the next one.
 *
 * reload: save the new generation's number, beside what is known of the one that readers see → write → switch the pointer → save the state → have the old generation removed later.
 * incremental: write, fenced → give the rows a new epoch → save the state. With the new epoch, a Redis that comes back with rows
 * from before the run is noticed.
 *
 * INVALID_ARGUMENT for a source that cannot be read as it is defined, ABORTED when another run was first, UNAVAILABLE when a
 * store is away.
 */
export async function runMaterialization(context: MaterializationContext, request: RunRequest): Promise<RunReport> {
  const timer = new PhaseTimer(request.report);
  timer.start('planning');
  const run = await prepareRun(context, request, timer);
  const { plan, asOf, state, pointer } = run;
  await requestRemovals(context, run.reference, removableGenerations(state, pointer));
  const done = plan.kind === 'nothing' ? watermarkFields(state?.watermark) : await load({ ...run, plan });
  const { files } = run.files;
  const source = { files: files.length, rows: files.reduce((sum, file) => sum + file.rows, 0) };
  return { plan, source, asOf, ...done, phasesMs: timer.end() };
}

/** A run and all that it knows of its view. */
interface PreparedRun {
  readonly context: MaterializationContext;
  readonly request: RunRequest;
  readonly timer: PhaseTimer;
  readonly reference: { readonly project: string; readonly viewId: number; readonly view: string };
  readonly asOf: Instant;
  readonly state: ViewState | undefined;
  readonly pointer: ViewPointer | undefined;
  readonly files: ViewFiles;
  readonly plan: RunPlan;
}

type LoadingRun = PreparedRun & { readonly plan: Load };
type Loaded = Pick<RunReport, 'written' | 'watermark'>;

async function prepareRun(
  context: MaterializationContext,
  request: RunRequest,
  timer: PhaseTimer,
): Promise<PreparedRun> {
  const { snapshot, view, payload } = request;
  const asOf = earlier(context.clock.now(), payload.asOf === undefined ? undefined : parseInstant(payload.asOf));
  const [stored, pointer] = await Promise.all([
    context.states.read(view.id),
    context.online.readPointer(snapshot.project, view.id),
  ]);
  const state = stateOfPointer(stored, pointer);
  const files = await readViewFiles(context.offline, snapshot, view);
  const plan = planRun({ view, mode: payload.mode, requestedBy: payload.requestedBy, asOf, state, pointer, ...files });
  const reference = { project: snapshot.project, viewId: view.id, view: view.name };
  return { context, request, timer, reference, asOf, state, pointer, files, plan };
}

function load(run: LoadingRun): Promise<Loaded> {
  return run.plan.kind === 'reload' ? reload(run) : incremental(run);
}

async function reload(run: LoadingRun): Promise<Loaded> {
  const { context, request, timer, reference, asOf, state, pointer, plan } = run;
  const next = { viewVersion: request.view.version, generation: plan.generation, epoch: newEpoch() };
  const rows = await openRows(run);
  const begun = await context.states.save(reference.viewId, beginReload(state, pointer, next), state?.revision ?? 0);
  const written = await write(run, rows, begun.revision);
  checkWanted(run);
  timer.start('switching');
  await flipPointer({
    store: context.online,
    ...reference,
    before: pointer,
    next: (now) => (now === undefined ? next : { ...next, previousGeneration: now.generation }),
  });
  const watermark = watermarkFields(watermarkOf(run, written));
  await context.states.save(reference.viewId, { ...next, files: plan.manifest, asOf, ...watermark }, begun.revision);
  const replaced = [pointer?.generation, pointer?.previousGeneration].filter((each) => each !== undefined);
  await requestRemovals(context, reference, replaced);
  return { written, ...watermark };
}

async function incremental(run: LoadingRun): Promise<Loaded> {
  const { context, request, timer, reference, asOf, state, pointer, plan } = run;
  const revision = state?.revision ?? 0;
  const written = await write(run, await openRows(run), revision);
  timer.start('saving');
  const next = { viewVersion: request.view.version, generation: plan.generation, epoch: newEpoch() };
  await flipPointer({ store: context.online, ...reference, before: pointer, next: (now) => ({ ...now, ...next }) });
  const watermark = watermarkFields(later(state?.watermark, watermarkOf(run, written)));
  const begun = state?.begun === undefined ? {} : { begun: state.begun };
  await context.states.save(
    reference.viewId,
    { ...next, files: plan.manifest, asOf, ...watermark, ...begun },
    revision,
  );
  return { written, ...watermark };
}

/** A reload for a definition that was changed meanwhile would only hold up the one for the definition that is there now. */
function checkWanted({ request, plan }: LoadingRun): void {
  if (plan.kind === 'reload' && request.isWanted?.() === false)
    throw new LarderError(
      'ABORTED',
      `the definition of ${request.view.name} changed while its version ${request.view.version} was loaded`,
    );
}

/** Checks the source, before anything is changed. */
function openRows({ context, request, timer, asOf, plan }: LoadingRun): Promise<ViewRowsSource> {
  const { snapshot, view } = request;
  timer.start('querying');
  return openViewRows(context.offline, {
    snapshot,
    view,
    asOf,
    ...(plan.files === undefined ? {} : { files: plan.files }),
  });
}

/** Writes the rows and resolves when all of them are acknowledged. */
async function write(run: LoadingRun, rows: ViewRowsSource, revision: number): Promise<WrittenView> {
  const { context, request, timer, reference, asOf, plan } = run;
  const { view, signal } = request;
  const nullKeys = await rows.countNullKeys(signal);
  const writer = await context.online.openWriter({
    ...reference,
    generation: plan.generation,
    mode: plan.kind === 'reload' ? 'fresh' : 'fenced',
  });
  const order: RowOrder =
    view.computation === 'windows'
      ? { kind: 'windows', asOf, run: BigInt(revision + 1) }
      : { kind: 'plain', loadedAt: asOf };
  try {
    const chunks = announced(rows.stream(signal), () => timer.start('writing'));
    const written = await writeView(chunks, {
      view,
      joinKeys: rows.query.joinKeys,
      order,
      writer,
      signal,
      onProgress: (count) => {
        timer.rows(count);
        checkWanted(run);
      },
    });
    signal.throwIfAborted();
    return { ...written, nullKeys: written.nullKeys + nullKeys };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The chunks; `onFirst` is called when the first one is there. */
async function* announced(chunks: AsyncIterable<ColumnChunk>, onFirst: () => void): AsyncIterable<ColumnChunk> {
  let first = true;
  for await (const chunk of chunks) {
    if (first) onFirst();
    first = false;
    yield chunk;
  }
}

/** Up to here everything known is loaded: never past the as-of time, never past the data. */
function watermarkOf({ files, asOf }: PreparedRun, { latestTime }: WrittenView): Instant | undefined {
  const seen = latestTime === undefined ? undefined : instantFromMicros(latestTime);
  const known = files.filesHoldRows ? latestKnownTime(files.files) : seen;
  return known === undefined ? undefined : earlier(asOf, known);
}

function watermarkFields(watermark: Instant | undefined): { readonly watermark?: Instant } {
  return watermark === undefined ? {} : { watermark };
}

function earlier(left: Instant, right: Instant | undefined): Instant {
  return right === undefined || left < right ? left : right;
}

function later(left: Instant | undefined, right: Instant | undefined): Instant | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
