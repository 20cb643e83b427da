// Words that must not get into committed text: machines, hosts, leftovers and references to a tracker.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureCommand } from '../child-process.mjs';
import { workspaceRoot } from '../workspace.mjs';
import { findForbiddenWords } from './forbidden-words.mjs';

const MAX_BYTES = 2 * 1024 * 1024;

/** @type {import('../check.mjs').Check} */
export async function checkWords() {
  const { code, output } = await captureCommand('git', [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '-z',
  ]);
  if (code !== 0) return { ok: false, output };
  const files = output.split('\0').filter((file) => file !== '');
  const found = files.flatMap((file) => {
    const text = readText(join(workspaceRoot, file));
    return text === undefined ? [] : findForbiddenWords(file, text);
  });
  return { ok: found.length === 0, output: found.join('\n'), note: `${files.length} files` };
}

/**
 * @param {string} path
 * @returns {string | undefined} nothing for binary, very large and deleted files
 */
function readText(path) {
  try {
    const bytes = readFileSync(path);
    return bytes.length > MAX_BYTES || bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}
