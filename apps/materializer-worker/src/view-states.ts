import { MAX_LIST_LENGTH } from '@larder/registry-client';
import type { RegistryClient, RunRecord } from '@larder/registry-client';
import type { NextViewState, ViewState } from './view-state.js';
import { fromStored, toStored } from './view-state.js';

/** The states of one project's views, and the records of their runs, in the registry's database. */
export interface ViewStates {
  /** Undefined when the view was never materialized. */
  read(viewId: number): Promise<ViewState | undefined>;
  /** Replaces the state of revision `expected` (0 = there is none). ABORTED when another run was first. */
  save(viewId: number, next: NextViewState, expected: number): Promise<ViewState>;
  /** Keeps the record of a run; a later attempt replaces it. */
  recordRun(run: RunRecord): Promise<void>;
  /** A view's runs, the newest first. */
  runs(view: string): Promise<readonly RunRecord[]>;
}

/** The states over the registry's HTTP API. */
export function createViewStates(client: RegistryClient, project: string): ViewStates {
  return {
    read: async (viewId) => {
      const stored = await client.materialization(project, viewId);
      return stored === undefined ? undefined : fromStored(stored);
    },
    save: async (viewId, next, expected) =>
      fromStored(await client.saveMaterialization(project, toStored(viewId, next), expected)),
    recordRun: (run) => client.recordRun(project, run),
    runs: (view) => client.runs(project, { view, limit: MAX_LIST_LENGTH }),
  };
}
