import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environmentOfCommands } from './environment.js';
import { failureText } from './failure-text.js';

const execute = promisify(execFile);

/** How a command is run: where and for how long. */
export interface CommandOptions {
  /** The folder it runs in. */
  readonly directory?: string;
  readonly timeoutMs: number;
  /** The user it runs as; only root may name another one. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Runs a short command to its end, in the C locale, and returns what it printed to stdout.
 *
 * Throws an `Error` that holds the command's own words when it fails, is missing or takes too long.
 */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  try {
    const { stdout } = await execute(command, args, {
      timeout: options.timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
      env: environmentOfCommands(),
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      ...options.user,
    });
    return stdout;
  } catch (error) {
    throw new Error(commandFailure(command, error), { cause: error });
  }
}

function commandFailure(command: string, error: unknown): string {
  if (!(error instanceof Error)) return `${command}: ${String(error)}`;
  if ('code' in error && error.code === 'ENOENT') return `${command} is not installed`;
  if ('killed' in error && error.killed === true) return `${command} took too long`;
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return `${command}: ${stderr === '' ? failureText(error) : stderr}`;
}
