import type { Clock, Merge, Snapshot } from '@larder/registry';
import { LarderError, viewMeaning } from '@larder/registry';
import type { ApplyRequest, ApplyResult, RollbackRequest, Unchecked } from '@larder/registry-client';
import type { Database, Queryable } from '../database/database.js';
import type { SerialWork } from '../database/serial-work.js';
import { readBase } from './base-store.js';
import type { Draft } from './draft.js';
import { draftOf, mergeOlder, mergeSent, readDefinitions, warningsOf } from './draft.js';
import { lostRace, unknownVersion } from './definition-errors.js';
import { checkSources } from './source-checks.js';
import type { CheckedSources, SourceInspector } from './source-checks.js';
import { insertVersion, lockProject, readSnapshot } from './project-store.js';
import { insertViewNumbers } from './view-store.js';

export interface ApplyContext {
  readonly database: Database;
  readonly clock: Clock;
  /** Applies of one project in this process, one after another. */
  readonly applies: SerialWork;
  /** Undefined when nobody is there to look at the data. */
  readonly inspector: SourceInspector | undefined;
  /** Called after a version has been written. */
  readonly onApplied: () => void;
}

/** Another apply came between the look at the data and the writing, and changed what was looked at; so often is it begun again. */
const MAX_TRIES = 5;

/**
 * Registers definitions as the project's next version: laid over what is registered, checked as a whole, looked at in the data,
 * then written in one transaction under the project's lock. Of applies that expect the same version exactly one wins, the others
 * get ABORTED that names it; without an expected version each is laid over the one before. Nothing to change: the version stays.
 *
 * Throws INVALID_ARGUMENT with every problem of the definitions, FAILED_PRECONDITION with every protected object that would go
 * and every problem that the data shows, UNAVAILABLE when nobody can look at the data and the checks are not skipped.
 */
export async function applyDefinitions(
  context: ApplyContext,
  project: string,
  request: Unchecked<ApplyRequest>,
): Promise<ApplyResult> {
  const sent = readDefinitions(project, request.definitions);
  const { expectedVersion, prune = false, skipSourceChecks: skip = false } = request;
  const merging = (current: Snapshot | undefined): Merge => mergeSent(current, sent, { prune });
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const seen = await readBase(context.database, project);
    await refuseOtherVersion(context.database, project, { expected: expectedVersion, is: seen.current?.version ?? 0 });
    const merge = merging(seen.current);
    let lookedAt: Draft | undefined;
    const draft = (): Draft => (lookedAt = draftOf(seen, merge));
    const sources = await checkSources(context.inspector, draft, { skip, estimates: () => [] });
    refuse(project, merge, sources);
    const result = await write(context, project, {
      request,
      sources,
      merge: (current) => (isSameVersion(current, seen.current) ? merge : merging(current)),
      mayWrite: (now) => sources.checks.status !== 'done' || (lookedAt !== undefined && wasLookedAt(now, lookedAt)),
    });
    if (result !== undefined) return result;
  }
  const message = `project ${project} was changed by others ${MAX_TRIES} times while the data was looked at; apply again`;
  throw new LarderError('ABORTED', message);
}

/**
 * Makes the definitions of an older version current, as a new version; what has come since is retired. NOT_FOUND for a version
 * that never was; FAILED_PRECONDITION with every protected object that would be retired; ABORTED as in an apply.
 */
export async function rollback(
  context: ApplyContext,
  project: string,
  { version, ...request }: RollbackRequest,
): Promise<ApplyResult> {
  const older = await readSnapshot(context.database, project, version);
  if (older === undefined) throw unknownVersion(project, version);
  const sources: CheckedSources = {
    checks: { status: 'skipped', reason: `they were looked at when version ${version} was applied` },
    problems: [],
    warnings: [],
    estimates: [],
  };
  const result = await write(context, project, {
    request: { ...request, rollbackTo: version },
    sources,
    merge: (current) => mergeOlder(current, older),
    mayWrite: () => true,
  });
  if (result === undefined) throw new Error('a rollback is never begun again');
  return result;
}

interface Writing {
  readonly request: Pick<ApplyRequest, 'expectedVersion' | 'author' | 'gitCommit' | 'skipSourceChecks'> & {
    readonly rollbackTo?: number;
  };
  readonly sources: CheckedSources;
  readonly merge: (current: Snapshot | undefined) => Merge;
  /** False = what others have written since asks for another look at the data. */
  readonly mayWrite: (draft: Draft) => boolean;
}

/** Writes the merge over the version that is current now; undefined when that may not be. */
async function write(context: ApplyContext, project: string, writing: Writing): Promise<ApplyResult | undefined> {
  const result = await context.applies.run(project, () =>
    context.database.transaction(async (transaction) => writeLocked(context, { transaction, project }, writing)),
  );
  context.onApplied();
  return result;
}

async function writeLocked(
  { clock }: ApplyContext,
  { transaction, project }: { readonly transaction: Queryable; readonly project: string },
  { request, sources, merge, mayWrite }: Writing,
): Promise<ApplyResult | undefined> {
  const version = await lockProject(transaction, project);
  await refuseOtherVersion(transaction, project, { expected: request.expectedVersion, is: version });
  const base = await readBase(transaction, project);
  const draft = draftOf(base, merge(base.current));
  refuse(project, draft, sources);
  const { changes, kept, snapshot } = draft;
  const warnings = [...warningsOf(draft), ...sources.warnings];
  const answer = { changes, kept, warnings, sourceChecks: sources.checks };
  if (base.current !== undefined && changes.length === 0) return { version, ...answer };
  if (!mayWrite(draft)) return undefined;
  await insertViewNumbers(transaction, draft, base.history.viewIds);
  const { author, gitCommit, rollbackTo, skipSourceChecks: sourceChecksSkipped } = request;
  const appliedAt = clock.now();
  await insertVersion(transaction, {
    snapshot,
    changes,
    appliedAt,
    author,
    gitCommit,
    rollbackTo,
    sourceChecksSkipped,
  });
  return { version: snapshot.version, ...answer };
}

function isSameVersion(left: Snapshot | undefined, right: Snapshot | undefined): boolean {
  return left?.version === right?.version;
}

/** True when all that `now` computes anew was looked at with `then`, in the same meaning. */
function wasLookedAt(now: Draft, then: Draft): boolean {
  if (now.baseVersion === then.baseVersion) return true;
  const lookedAt = new Set(then.changedViews.map((view) => viewMeaning(view, then.definitions)));
  return now.changedViews.every((view) => lookedAt.has(viewMeaning(view, now.definitions)));
}

function refuse(project: string, { refused }: Merge, { checks, problems }: CheckedSources): void {
  if (checks.status === 'unavailable') {
    const message = `${checks.reason ?? 'nobody looked at the data'}; apply again when it answers, or skip the source checks`;
    throw new LarderError('UNAVAILABLE', message);
  }
  const found = [...refused, ...problems];
  if (found.length === 0) return;
  const listed = LarderError.fromProblems(`project ${project} cannot take this`, found);
  throw new LarderError('FAILED_PRECONDITION', listed.message, listed.details);
}

async function refuseOtherVersion(
  database: Queryable,
  project: string,
  { expected, is }: { readonly expected: number | undefined; readonly is: number },
): Promise<void> {
  if (expected !== undefined && expected !== is) throw await lostRace(database, project, expected);
}
