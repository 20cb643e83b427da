/** The middle value; the mean of the two middle ones for an even number. RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = sortedValues(values);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Least and greatest value. RangeError for none. */
export function range(values: readonly number[]): { readonly least: number; readonly greatest: number } {
  const sorted = sortedValues(values);
  return { least: sorted[0] ?? 0, greatest: sorted[sorted.length - 1] ?? 0 };
}

function sortedValues(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('no values');
  return [...values].sort((left, right) => left - right);
}
