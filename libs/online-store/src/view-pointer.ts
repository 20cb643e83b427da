/** Which generation of a view readers use; one record per view beside the rows. See docs/formats/redis.md. */
export interface ViewPointer {
  /** 1 … 65535: the version of the view that the generation's rows were written for. */
  readonly viewVersion: number;
  /** 1, 2, 3 … */
  readonly generation: number;
  /** Kept for rollback until it is removed. */
  readonly previousGeneration?: number;
  /** Random; the watermark in the registry counts only while both name the same epoch. */
  readonly epoch: string;
}

/** The pointer's bytes; equal pointers give equal text, so that it can be compared and set. */
export function pointerText(pointer: ViewPointer): string {
  const { viewVersion, generation, previousGeneration, epoch } = pointer;
  return JSON.stringify({
    viewVersion,
    generation,
    ...(previousGeneration === undefined ? {} : { previousGeneration }),
    epoch,
  });
}

/** Reads `pointerText`; undefined for anything else: a pointer that cannot be read is no pointer. */
export function parsePointer(text: string): ViewPointer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPointer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPointer(value: unknown): value is ViewPointer {
  if (typeof value !== 'object' || value === null) return false;
  const { viewVersion, generation, previousGeneration, epoch } = value as Partial<Record<keyof ViewPointer, unknown>>;
  return (
    isNumber(viewVersion) &&
    isNumber(generation) &&
    (previousGeneration === undefined || isNumber(previousGeneration)) &&
    typeof epoch === 'string'
  );
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
