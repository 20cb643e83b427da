// How every script here starts and how it fails.
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A problem whose message says all there is to say: printed without a stack. */
export class SetupError extends Error {}

/**
 * Runs a script's body; its number becomes the exit code. A `SetupError` is printed as one message, anything else with its stack.
 * @param {() => Promise<number | void>} body
 */
export async function runMain(body) {
  process.stdout.on('error', exitOnClosedPipe);
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    const text = error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`error: ${text}\n`);
    process.exitCode = 1;
  }
}

/**
 * A reader that went away (`| head`) has seen enough: no error.
 * @param {NodeJS.ErrnoException} error
 */
function exitOnClosedPipe(error) {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

/**
 * Whether this module is the script Node was started with.
 * @param {string} moduleUrl the module's `import.meta.url`
 */
export function isMain(moduleUrl) {
  const script = process.argv[1];
  return script !== undefined && realUrl(script) === moduleUrl;
}

/** @param {string} path */
function realUrl(path) {
  try {
    return pathToFileURL(realpathSync(path)).href;
  } catch {
    return '';
  }
}
