// Just enough of npm's version ranges to check `engines.node` before anything is installed.

const COMPARATOR = /^(>=|<=|>|<|=)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/;

/**
 * Whether a version lies in a range of plain comparators: `>=20.19 <21 || >=22.13`.
 * @param {string} version `20.19.1`, with or without a leading `v`
 * @param {string} range
 * @throws {Error} when the range uses any other syntax (`^`, `~`, `x`, hyphens)
 */
export function satisfiesRange(version, range) {
  const [major = 0, minor = 0, patch = 0] = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return range.split('||').some((alternative) =>
    alternative
      .trim()
      .split(/\s+/)
      .every((text) => satisfiesComparator([major, minor, patch], text)),
  );
}

/**
 * @param {number[]} version
 * @param {string} text
 */
function satisfiesComparator(version, text) {
  const match = COMPARATOR.exec(text);
  if (match === null) throw new Error(`unsupported version comparator "${text}"`);
  const bound = [match[2], match[3], match[4]].map((part) => Number(part ?? 0));
  const order = compareVersions(version, bound);
  switch (match[1]) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return order === 0;
  }
}

/**
 * @param {number[]} left
 * @param {number[]} right
 */
function compareVersions(left, right) {
  const index = left.findIndex((part, position) => part !== right[position]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
