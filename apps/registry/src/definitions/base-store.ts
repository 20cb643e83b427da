import type { Queryable } from '../database/database.js';
import { readProgress } from '../materialization/materialization-store.js';
import { loadedVersions } from './draft.js';
import type { Base } from './draft.js';
import { digestOf, readCurrentSnapshot } from './project-store.js';
import { readViewIds, readViewVersions } from './view-store.js';

/** What is registered of a project. */
export async function readBase(database: Queryable, project: string): Promise<Base> {
  const progress = await readProgress(database, project);
  return {
    progress,
    current: await readCurrentSnapshot(database, project),
    history: {
      viewIds: await readViewIds(database, project),
      versions: await readViewVersions(database, project),
      live: loadedVersions(progress),
      digest: digestOf,
    },
  };
}
