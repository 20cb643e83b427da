import { randomBytes } from 'node:crypto';
import type { OnlineStore, ViewPointer } from '@larder/online-store';
import { LarderError } from '@larder/registry';

/** A name for the rows as one run left them, never used before. */
export function newEpoch(): string {
  return randomBytes(8).toString('hex');
}

export interface Flip {
  readonly store: Pick<OnlineStore, 'readPointer' | 'flipPointer'>;
  readonly project: string;
  readonly viewId: number;
  /** The pointer as the run found it. */
  readonly before: ViewPointer | undefined;
  /** The next pointer, from the one that is there now. */
  readonly next: (now: ViewPointer | undefined) => ViewPointer;
}

const MAX_TRIES = 5;

/**
 * Sets a view's pointer if readers still see what the run found; that the previous generation was removed meanwhile does not
 * matter. Throws ABORTED when another run was first: this one has to look again.
 */
export async function flipPointer({ store, project, viewId, before, next }: Flip): Promise<ViewPointer> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const expected = await store.readPointer(project, viewId);
    if (!samePlace(before, expected)) break;
    const wanted = next(expected);
    if (await store.flipPointer({ project, viewId, expected, next: wanted })) return wanted;
  }
  throw new LarderError('ABORTED', 'the view was changed by another run, or the online store was emptied meanwhile');
}

function samePlace(left: ViewPointer | undefined, right: ViewPointer | undefined): boolean {
  return (
    left?.generation === right?.generation && left?.epoch === right?.epoch && left?.viewVersion === right?.viewVersion
  );
}
