// The contract: lint, format, compatibility with what is already published, and generated code that is up to date.
import { checkBreaking } from './proto-breaking.mjs';
import { checkGenerated } from './proto-generated.mjs';
import { listProtoFiles, runBuf } from './buf.mjs';

/** @type {import('../check.mjs').Check} */
export async function checkProto() {
  if (listProtoFiles().length === 0) return { ok: true, output: '', note: 'skipped: no .proto files yet' };
  const results = await Promise.all([
    checkWithBuf(['lint']),
    checkWithBuf(['format', '-d', '--exit-code']),
    checkBreaking(),
    checkGenerated(),
  ]);
  const notes = results.flatMap((result) => result.note ?? []);
  return {
    ok: results.every((result) => result.ok),
    output: results
      .map((result) => result.output)
      .filter((text) => text !== '')
      .join('\n'),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

/**
 * @param {string[]} args
 * @returns {Promise<import('../check.mjs').CheckResult>}
 */
async function checkWithBuf(args) {
  const { code, output } = await runBuf(args);
  return { ok: code === 0, output: code === 0 ? '' : `buf ${args[0]}:\n${output}` };
}
