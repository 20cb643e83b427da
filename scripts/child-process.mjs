// Running other programs: captured for checks, attached to the terminal for everything a person watches.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { workspaceRoot } from './workspace.mjs';

/** Threads for blocking work in a child (file reads, DNS and DuckDB, which holds one per running query). */
const THREAD_POOL_SIZE = '8';

/**
 * This process's environment for a child: UTC, a wide enough thread pool, no Nx cache in CI, and no colours unless a
 * terminal reads them.
 * @param {Record<string, string>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(extra = {}) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    TZ: 'UTC',
    UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? THREAD_POOL_SIZE,
    ...(process.env['CI'] === 'true' && { NX_SKIP_NX_CACHE: 'true' }),
    ...extra,
  };
  if (process.stdout.isTTY) return env;
  const { FORCE_COLOR: _dropped, ...plain } = env;
  return { ...plain, NO_COLOR: '1' };
}

/**
 * Runs a program to its end and returns what it wrote, stdout and stderr in order of arrival, without colours.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, input?: Buffer }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when the program cannot be started
 */
export function captureCommand(command, args, { cwd = workspaceRoot, env = {}, input } = {}) {
  return new Promise((resolve) => {
    const { FORCE_COLOR: _dropped, ...plain } = childEnvironment(env);
    const child = spawn(command, args, { cwd, env: { ...plain, NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')) });
    });
  });
}

/**
 * Runs a Node script attached to this terminal and returns its exit code (128 + signal number when a signal ended it).
 * Ctrl-C reaches the child through the terminal, so this process outlives it and reports its code; SIGTERM is passed on.
 * @param {string[]} args Node flags, script, script arguments
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<number>}
 */
export function runNode(args, { cwd = workspaceRoot, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: childEnvironment(env), stdio: 'inherit' });
    const ignore = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
