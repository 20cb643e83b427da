import type { MaterializationQueue, RemoveGenerationPayload } from '@larder/materialization-queue';
import type { OnlineStore, ViewPointer } from '@larder/online-store';
import { LarderError } from '@larder/registry';
import type { ViewState } from './view-state.js';

/** What a request for the removal of old generations needs. */
export interface RemovalRequests {
  readonly queue: Pick<MaterializationQueue, 'enqueue'>;
  /** How long a generation is kept after it was replaced, or after its view has left the project. */
  readonly keepSeconds: number;
}

/** What the removal of old generations needs. */
export interface Removal extends RemovalRequests {
  readonly online: Pick<OnlineStore, 'readPointer' | 'flipPointer' | 'removePointer' | 'removeGeneration'>;
  /** By the registry's own word of this moment: the project has no view of that id. Throws when the registry does not answer. */
  readonly isRetired: (viewId: number) => Promise<boolean>;
}

/** A removal that is put off is tried again after so many seconds at the earliest. */
const MIN_PUT_OFF_SECONDS = 60;

/**
 * Generations that nobody needs, or soon nobody will: the one kept for rollback, and one that a run began to write and never
 * finished. A generation above the one in use is kept while readers were rolled back from it. Pure.
 */
export function removableGenerations(state: ViewState | undefined, pointer: ViewPointer | undefined): number[] {
  const removable = new Set<number>();
  const previous = pointer?.previousGeneration;
  if (pointer !== undefined && previous !== undefined && previous < pointer.generation) removable.add(previous);
  for (const begun of [state?.generation, state?.begun?.generation])
    if (begun !== undefined && begun !== pointer?.generation && begun !== previous) removable.add(begun);
  return [...removable];
}

/** Requests removals for after the time that generations are kept; what is already requested is not requested twice. */
export async function requestRemovals(
  { queue, keepSeconds }: RemovalRequests,
  view: Omit<RemoveGenerationPayload, 'generation'>,
  generations: readonly number[],
): Promise<void> {
  for (const generation of generations) {
    await queue.enqueue('remove-generation', { ...view, generation }, { delayMs: keepSeconds * 1000 });
  }
}

export type RemovalOutcome =
  | { readonly outcome: 'removed'; readonly rows: number }
  | { readonly outcome: 'in use' | 'put off' };

/**
 * Removes a generation's rows, unless readers use it. It is taken out of the pointer first, so that a rollback can no longer choose
 * it; one that readers may still come to (above theirs: a run may be writing it, or they were rolled back from it) is put off.
 * Of a view that has left the project everything goes, the pointer first: whoever still asks for it gets UNAVAILABLE, not an absence.
 */
export async function removeGeneration(removal: Removal, payload: RemoveGenerationPayload): Promise<RemovalOutcome> {
  const { project, viewId, view, generation } = payload;
  const { online } = removal;
  const pointer = await online.readPointer(project, viewId);
  const replaced = pointer !== undefined && generation < pointer.generation;
  if (!replaced && (await removal.isRetired(viewId))) {
    if (pointer?.generation === generation && !(await online.removePointer({ project, viewId, expected: pointer })))
      throw changedMeanwhile();
  } else if (pointer?.generation === generation) {
    return { outcome: 'in use' };
  } else if (!replaced) {
    const keepSeconds = Math.max(removal.keepSeconds, MIN_PUT_OFF_SECONDS);
    await requestRemovals({ ...removal, keepSeconds }, { project, viewId, view }, [generation]);
    return { outcome: 'put off' };
  } else if (pointer.previousGeneration === generation) {
    await forgetPrevious(online, { project, viewId, pointer });
  }
  return { outcome: 'removed', rows: await online.removeGeneration(project, viewId, generation) };
}

async function forgetPrevious(
  online: Removal['online'],
  { project, viewId, pointer }: { project: string; viewId: number; pointer: ViewPointer },
): Promise<void> {
  const { viewVersion, generation, epoch } = pointer;
  const done = await online.flipPointer({
    project,
    viewId,
    expected: pointer,
    next: { viewVersion, generation, epoch },
  });
  if (!done) throw changedMeanwhile();
}

function changedMeanwhile(): LarderError {
  return new LarderError('ABORTED', 'the view was changed meanwhile');
}
