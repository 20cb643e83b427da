const MAX_EDITS = 2;

/** The known name within two edits of `name`, for "did you mean"; cheap for names of very different length. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = MAX_EDITS + 1;
  for (const each of known) {
    if (Math.abs(each.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, each);
    if (distance < bestDistance && distance < name.length) [best, bestDistance] = [each, distance];
  }
  return best;
}

/** `; did you mean x?`, or nothing. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`;
}

/** A name of the caller's, cut to a length that fits into a message. */
export function shownName(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 100)}…`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
