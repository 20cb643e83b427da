import { keysText, openFeatureChecker } from '@larder/definition-tests';
import type { Difference, FeatureChecker } from '@larder/definition-tests';
import type { Definitions } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import type { CliContext } from '../context.js';
import { findTestFiles } from '../feature-tests/find-test-files.js';
import type { LoadedCase } from '../feature-tests/load-test-file.js';
import { loadTestFile } from '../feature-tests/load-test-file.js';
import { loadDefinitions } from '../load-definitions.js';
import { tableText } from '../table.js';
import { present, styled } from '../terminal.js';
import { countText } from '../units.js';

/** What came of a case. */
interface CaseResult {
  readonly file: string;
  readonly case: string;
  readonly differences: readonly (Difference & { readonly line?: number })[];
  /** Set when the case itself is wrong. */
  readonly error?: string;
}

/** `larder test`: feature values from a few rows against what is expected of them; needs no service. Exit code 1 when a case fails. */
export async function testCommand(context: CliContext, path: string): Promise<number> {
  const { folder, files } = await findTestFiles(path);
  const { definitions } = await loadDefinitions(folder, context.project);
  const checker = await openFeatureChecker();
  try {
    const results: CaseResult[] = [];
    for (const file of files)
      for (const each of await loadTestFile(file)) results.push(await runCase(checker, definitions, each));
    const failed = results.filter(isFailed).length;
    present(context.terminal, { cases: results, failed }, () => resultsText(context, results));
    return failed === 0 ? 0 : 1;
  } finally {
    await checker.close();
  }
}

async function runCase(checker: FeatureChecker, definitions: Definitions, loaded: LoadedCase): Promise<CaseResult> {
  const head = { file: loaded.file, case: loaded.name };
  const { objects } = loaded;
  try {
    const found = await checker.check({ ...loaded.case, ...(objects === undefined ? { definitions } : { objects }) });
    const differences = found.map((each) => {
      const line = loaded.lineOf(each.expectation);
      return line === undefined ? each : { ...each, line };
    });
    return { ...head, differences };
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return { ...head, differences: [], error: error.message };
  }
}

function isFailed({ differences, error }: CaseResult): boolean {
  return error !== undefined || differences.length > 0;
}

function resultsText(context: CliContext, results: readonly CaseResult[]): string {
  const { stdout } = context.terminal;
  const lines = results.map((each) => {
    const mark = isFailed(each) ? styled(stdout, 'red', '✗') : styled(stdout, 'green', '✓');
    const error = each.error === undefined ? '' : `\n    ${each.error.replaceAll('\n', '\n    ')}`;
    return `${mark} ${each.file} ${each.case}${error}`;
  });
  const differences = results.flatMap((result) =>
    result.differences.map((each) => [
      each.line === undefined ? result.file : `${result.file}:${each.line}`,
      result.case,
      each.feature,
      keysText(each.keys),
      each.at,
      JSON.stringify(each.expected),
      JSON.stringify(each.got),
    ]),
  );
  const failed = results.filter(isFailed).length;
  const table = ['FILE', 'CASE', 'FEATURE', 'OF', 'AT', 'EXPECTED', 'GOT'];
  return [
    ...lines,
    ...(differences.length === 0 ? [] : ['', tableText(context.terminal, table, differences)]),
    '',
    styled(stdout, 'bold', `${countText(results.length, 'case')}, ${failed} failed`),
  ].join('\n');
}
