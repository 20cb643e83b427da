import type { OnlineStore, ViewPointer } from '@larder/online-store';
import type { FeatureViewSpec } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { flipPointer, newEpoch } from './pointer-flip.js';
import { describesPointer, stateOfPointer } from './view-state.js';
import type { ViewStates } from './view-states.js';

export interface Rollback {
  readonly online: Pick<OnlineStore, 'readPointer' | 'flipPointer'>;
  readonly states: ViewStates;
  readonly project: string;
  readonly view: FeatureViewSpec;
}

/**
 * Lets readers see the generation before the last reload again, and returns the new pointer. Files that the reload has read count as
 * loaded: later runs add what is new to the older generation, and only another reload brings back what the rollback undid. (The values of
 * windows are computed anew by the next run, whatever the generation.) Rolling back again goes forward again.
 *
 * FAILED_PRECONDITION when no generation is kept, or when its rows are of another version of the definition.
 */
export async function rollbackView({ online, states, project, view }: Rollback): Promise<ViewPointer> {
  const [before, stored] = await Promise.all([online.readPointer(project, view.id), states.read(view.id)]);
  const state = stateOfPointer(stored, before);
  const previous = before?.previousGeneration;
  if (before === undefined || previous === undefined)
    throw new LarderError('FAILED_PRECONDITION', `feature view ${view.name}: no generation is kept to go back to`);
  await checkVersion(states, view, previous);
  const next = {
    viewVersion: before.viewVersion,
    generation: previous,
    previousGeneration: before.generation,
    epoch: newEpoch(),
  };
  await flipPointer({ store: online, project, viewId: view.id, before, next: (now) => checkedNext(view, now, next) });
  if (describesPointer(state, before)) {
    const { revision, updatedAt: _updatedAt, ...kept } = state;
    await states.save(view.id, { ...kept, generation: previous, epoch: next.epoch }, revision);
  }
  return next;
}

/** The generation may have been removed since it was chosen. */
function checkedNext(view: FeatureViewSpec, now: ViewPointer | undefined, next: ViewPointer): ViewPointer {
  if (now?.previousGeneration === next.generation) return next;
  throw new LarderError(
    'FAILED_PRECONDITION',
    `feature view ${view.name}: the generation to go back to has just been removed`,
  );
}

async function checkVersion(states: ViewStates, view: FeatureViewSpec, generation: number): Promise<void> {
  const runs = await states.runs(view.name);
  const writer = runs.find((run) => run.details?.['generation'] === generation);
  if (writer?.viewVersion === view.version) return;
  const what =
    writer === undefined ? 'it is not known for which version' : `it was written for version ${writer.viewVersion}`;
  throw new LarderError(
    'FAILED_PRECONDITION',
    `feature view ${view.name} is at version ${view.version}; generation ${generation} cannot be shown: ${what}. Apply the older definition instead`,
  );
}
