import type { Clock } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { RunRecord } from '@larder/registry-client';
import type { ViewState } from '../view-state.js';
import type { ViewStates } from '../view-states.js';

/** States in memory, with the registry's compare-and-set. */
export class MemoryViewStates implements ViewStates {
  readonly records = new Map<string, RunRecord>();
  private readonly states = new Map<number, ViewState>();

  constructor(private readonly clock: Clock) {}

  async read(viewId: number): Promise<ViewState | undefined> {
    return this.states.get(viewId);
  }

  async save(...[viewId, next, expected]: Parameters<ViewStates['save']>): Promise<ViewState> {
    const revision = this.states.get(viewId)?.revision ?? 0;
    if (revision !== expected)
      throw new LarderError('ABORTED', `the state is at revision ${revision}, not ${expected}`);
    const stored = { ...next, revision: revision + 1, updatedAt: this.clock.now() };
    this.states.set(viewId, stored);
    return stored;
  }

  async recordRun(run: RunRecord): Promise<void> {
    this.records.delete(run.id);
    this.records.set(run.id, run);
  }

  async runs(view: string): Promise<readonly RunRecord[]> {
    return [...this.records.values()].filter((run) => run.view === view).reverse();
  }
}
