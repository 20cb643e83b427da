// jest reporter: writes the totals of a run to a file, for the closing line of `npm test`.
import { writeFileSync } from 'node:fs';

/**
 * The part of jest's `AggregatedResult` that is read here.
 * @typedef {Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests',
 *   number>} JestResults
 */

/**
 * @param {JestResults} results
 * @returns {import('./closing-line.mjs').Totals}
 */
export function toTotals(results) {
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

export default class JestTotalsReporter {
  /**
   * @param {unknown} _config
   * @param {{ file: string }} options
   */
  constructor(_config, { file }) {
    this.file = file;
  }

  /**
   * @param {Set<unknown>} _contexts
   * @param {JestResults} results
   */
  onRunComplete(_contexts, results) {
    writeFileSync(this.file, JSON.stringify(toTotals(results)));
  }
}
