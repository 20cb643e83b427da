// The last line of `npm test`.

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed tests, plus test files that could not run, plus failed checks
 * @property {number} skipped
 */

/**
 * `12 passed, 0 failed`, with `, 3 skipped` when any were.
 * @param {Totals} totals
 */
export function formatClosingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What one run amounts to. Whatever else went wrong counts as a failure: a check, the build, and a test runner that
 * ended badly although no test says so or that left no totals at all.
 * @param {{ jest: Totals | undefined, jestExitCode: number, otherFailures: number }} outcome
 * @returns {Totals}
 */
export function sumUp({ jest, jestExitCode, otherFailures }) {
  const { passed, failed, skipped } = jest ?? { passed: 0, failed: 0, skipped: 0 };
  const unexplained = jest === undefined || (jestExitCode !== 0 && failed === 0) ? 1 : 0;
  return { passed, failed: failed + otherFailures + unexplained, skipped };
}
