// Formatting, by oxfmt; `npm run format` repairs it.
import { captureCommand } from '../child-process.mjs';

/** @type {import('../check.mjs').Check} */
export async function checkFormat() {
  const { code, output } = await captureCommand('node_modules/.bin/oxfmt', ['--list-different', '.']);
  return { ok: code === 0, output: code === 0 ? '' : `${output}repair with: npm run format` };
}
