// No silent break of the contract: the .proto files are compared with those of the main branch or, on that branch itself,
// with its previous commit. A deliberate break is a commit with `!` after its type or `BREAKING CHANGE` in its text.
import { spawnSync } from 'node:child_process';
import { workspaceRoot } from '../workspace.mjs';
import { runBuf } from './buf.mjs';

const MAIN_REFS = ['origin/main', 'main'];

/** @returns {Promise<import('../check.mjs').CheckResult>} */
export async function checkBreaking() {
  const baseline = findBaseline();
  if (baseline === undefined) return skipped('no earlier commit here');
  const archive = git(['archive', '--format=tar', baseline, 'proto', 'buf.yaml']);
  if (archive === undefined) return skipped('the main branch has no contract yet');
  if (declaresBreak(git(['log', '--format=%B', `${baseline}..HEAD`, '--', 'proto'])?.toString() ?? ''))
    return skipped('a declared breaking change');
  const { code, output } = await runBuf(['breaking', '--against', '-#format=tar'], archive);
  return { ok: code === 0, output: code === 0 ? '' : `buf breaking, against ${baseline}:\n${output}` };
}

/**
 * Whether commit messages announce a break, in the words of conventional commits.
 * @param {string} messages
 */
export function declaresBreak(messages) {
  return /^\w+(\([^)]*\))?!:/m.test(messages) || /^BREAKING[ -]CHANGE:/m.test(messages);
}

/** The commit whose contract must not be broken. */
function findBaseline() {
  const head = resolve('HEAD');
  const main = MAIN_REFS.map(resolve).find((commit) => commit !== undefined);
  if (main !== undefined && main !== head) return git(['merge-base', main, 'HEAD'])?.toString().trim() ?? main;
  return isContractChanged() ? head : resolve('HEAD^');
}

/** Whether the working tree's contract differs from the last commit's. */
function isContractChanged() {
  return (git(['status', '--porcelain', '--', 'proto'])?.length ?? 0) > 0;
}

/** @param {string} ref */
function resolve(ref) {
  return git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    ?.toString()
    .trim();
}

/**
 * @param {string} reason
 * @returns {import('../check.mjs').CheckResult}
 */
function skipped(reason) {
  return { ok: true, output: '', note: `compatibility not checked: ${reason}` };
}

/**
 * What git printed, nothing when it failed.
 * @param {string[]} args
 */
function git(args) {
  const result = spawnSync('git', args, { cwd: workspaceRoot, maxBuffer: 64 * 1024 * 1024 });
  return result.status === 0 ? result.stdout : undefined;
}
