import { formatInstant, LarderError } from '@larder/registry';
import type { Queryable } from '../database/database.js';
import { readVersion } from './project-store.js';

/** NOT_FOUND. */
export function unknownProject(project: string): LarderError {
  return new LarderError('NOT_FOUND', `nothing has been applied to project ${project}`);
}

/** NOT_FOUND. */
export function unknownVersion(project: string, version: number): LarderError {
  return new LarderError('NOT_FOUND', `project ${project} has no version ${version}`);
}

/** ABORTED that names the version which is current, and who applied it. */
export async function lostRace(database: Queryable, project: string, expectedVersion: number): Promise<LarderError> {
  const current = await readVersion(database, project);
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
