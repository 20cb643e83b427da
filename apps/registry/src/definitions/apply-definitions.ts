import type { Clock, Definitions } from '@larder/registry';
import { buildSnapshot, formatInstant, LarderError, parseDefinitions, planChanges } from '@larder/registry';
import type { ApplyRequest, ApplyResult, PlanRequest, PlanResult, Unchecked } from '@larder/registry-client';
import type { Database, Queryable } from '../database/database.js';
import { insertVersion, lockProject, readCurrentSnapshot, readVersion, readViewIds } from './project-store.js';

/** What applying would change. Writes nothing. INVALID_ARGUMENT with every problem of the definitions. */
export async function planDefinitions(
  database: Queryable,
  project: string,
  request: Unchecked<PlanRequest>,
): Promise<PlanResult> {
  const definitions = definitionsOf(project, request.definitions);
  const current = await readCurrentSnapshot(database, project);
  return { baseVersion: current?.version ?? 0, changes: planChanges(current, definitions) };
}

/**
 * Registers definitions as the project's next version, in one transaction under the project's lock: of applies that expect
 * the same version exactly one wins. Nothing to change: the version stays. What the definitions no longer have is retired;
 * the ids of retired views are never given again. Throws ABORTED, naming the winner, when `expectedVersion` is not current.
 */
export async function applyDefinitions(
  context: { readonly database: Database; readonly clock: Clock },
  project: string,
  request: Unchecked<ApplyRequest>,
): Promise<ApplyResult> {
  const definitions = definitionsOf(project, request.definitions);
  return context.database.transaction(async (transaction) => {
    const version = await lockProject(transaction, project);
    if (request.expectedVersion !== undefined && request.expectedVersion !== version) {
      throw await lostRace(transaction, project, request.expectedVersion);
    }
    const previous = await readCurrentSnapshot(transaction, project);
    const changes = planChanges(previous, definitions);
    if (previous !== undefined && changes.length === 0) return { version, changes };
    const knownViewIds = await readViewIds(transaction, project);
    const { snapshot } = buildSnapshot(definitions, previous, knownViewIds);
    const { author, gitCommit } = request;
    await insertVersion(transaction, {
      snapshot,
      changes,
      knownViewIds,
      appliedAt: context.clock.now(),
      author,
      gitCommit,
    });
    return { version: snapshot.version, changes };
  });
}

function definitionsOf(project: string, input: unknown): Definitions {
  const definitions = parseDefinitions(input);
  if (definitions.project === project) return definitions;
  const message = `they are of project ${definitions.project}, and were sent to ${project}`;
  throw LarderError.fromProblems('definitions', [{ path: 'project', message }]);
}

async function lostRace(transaction: Queryable, project: string, expectedVersion: number): Promise<LarderError> {
  const current = await readVersion(transaction, project);
  if (current === undefined) {
    return new LarderError('ABORTED', `project ${project} does not exist, so it is not at version ${expectedVersion}`, {
      expectedVersion,
      version: 0,
    });
  }
  const { version, author, gitCommit } = current;
  const appliedAt = formatInstant(current.appliedAt);
  const by = author === undefined ? '' : ` by ${author}`;
  const message = `project ${project} is at version ${version} (applied${by} at ${appliedAt}), not ${expectedVersion}; plan again`;
  return new LarderError('ABORTED', message, { expectedVersion, version, author, gitCommit, appliedAt });
}
