import { formatClosingLine, sumUp } from './closing-line.mjs';
import { toTotals } from './jest-totals-reporter.mjs';

const GREEN = { passed: 5, failed: 0, skipped: 0 };

describe('formatClosingLine', () => {
  it('names skipped tests only when there are any', () => {
    expect(formatClosingLine(GREEN)).toBe('5 passed, 0 failed');
    expect(formatClosingLine({ passed: 5, failed: 2, skipped: 1 })).toBe('5 passed, 2 failed, 1 skipped');
  });
});

describe('sumUp', () => {
  it('is what jest counted when all went well', () => {
    expect(sumUp({ jest: GREEN, jestExitCode: 0, otherFailures: 0 })).toEqual(GREEN);
  });

  it('counts each failed check as a failure', () => {
    expect(sumUp({ jest: GREEN, jestExitCode: 0, otherFailures: 2 }).failed).toBe(2);
  });

  it('counts a test run that left no totals as a failure', () => {
    expect(sumUp({ jest: undefined, jestExitCode: 0, otherFailures: 0 }).failed).toBe(1);
  });

  it('counts a bad exit code as a failure only when no test explains it', () => {
    expect(sumUp({ jest: GREEN, jestExitCode: 1, otherFailures: 0 }).failed).toBe(1);
    expect(sumUp({ jest: { ...GREEN, failed: 3 }, jestExitCode: 1, otherFailures: 0 }).failed).toBe(3);
  });
});

describe('toTotals', () => {
  it('counts a test file that could not run as failed, and todo tests as skipped', () => {
    const results = {
      numPassedTests: 4,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 2,
      numPendingTests: 1,
      numTodoTests: 1,
    };
    expect(toTotals(results)).toEqual({ passed: 4, failed: 3, skipped: 2 });
  });
});
