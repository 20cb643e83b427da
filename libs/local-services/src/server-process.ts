/**
 * A server as a child process that never outlives its owner.
 *
 * The server is started through a small shell script that first leaves a watchdog behind and then becomes the server.
 * The watchdog reads a pipe whose other end only the owner holds: when the owner ends in whatever way, `kill -9`
 * included, the system closes the pipe and the watchdog stops the server and removes its folder. The child has a session
 * of its own, so that Ctrl-C in a terminal reaches the owner alone and the server stays until its users are done.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LarderError } from '@larder/registry';
import { searchPathOfUser } from './environment.js';

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 10;
const SHOWN_OUTPUT_CHARACTERS = 2_000;

const WATCHDOG = `
directory=$1 stop_signal=$2
shift 2
((
  read -r word <&3
  [ "$word" = gone ] && exit
  kill -s "$stop_signal" $$
  sleep 1
  kill -s KILL $$
  rm -rf "$directory"
) >/dev/null 2>&1 &)
exec "$@" 3<&-
`;

/** What to start and how to know that it answers. */
export interface ServerProcessOptions {
  /** Its name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** An existing private folder, the server's working directory; the server process owns and removes it, also when starting fails. */
  readonly directory: string;
  /** Variables beside PATH and `LC_ALL=C`; nothing else of the owner's environment is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The user it runs as; only root may name another one. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The signal that makes it stop at once but cleanly; SIGTERM by default. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long it may take until it answers; 15,000 by default. */
  readonly readyTimeoutMs?: number;
  /** Whether it answers now. Asked again and again until it says yes; must not throw. */
  readonly isReady: () => Promise<boolean>;
}

/** A server that answered. */
export interface ServerProcess {
  /** The process id of the server itself. */
  readonly pid: number;
  /** Stops the server (SIGKILL after 5 s) and removes its folder; may be called more than once, also after it died. */
  close(): Promise<void>;
}

/**
 * Starts a server and waits until it answers. It does not keep the owner's event loop alive, and ends with the owner.
 *
 * Throws `UNAVAILABLE` with the end of the server's own output when it ends early or does not answer in time; nothing
 * is left behind then. Needs `/bin/sh`.
 */
export async function openServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const logFile = join(options.directory, 'server.log');
  const child = spawnWithWatchdog(options, logFile);
  const ended = watchEnd(child);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop(child, ended, options));
  try {
    await untilReady(options, ended);
  } catch (error) {
    const output = (await readFile(logFile, 'utf8').catch(() => '')).trim().slice(-SHOWN_OUTPUT_CHARACTERS);
    await close();
    const why = error instanceof Error ? error.message : String(error);
    throw new LarderError(
      'UNAVAILABLE',
      `${options.name} ${why}; its output: ${output === '' ? 'none' : output}`,
      {},
      { cause: error },
    );
  }
  return { pid: child.pid ?? 0, close };
}

function spawnWithWatchdog(options: ServerProcessOptions, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const args = [
      '-c',
      WATCHDOG,
      'larder-watchdog',
      options.directory,
      (options.stopSignal ?? 'SIGTERM').slice(3),
      options.command,
      ...options.args,
    ];
    return spawn('/bin/sh', args, {
      cwd: options.directory,
      detached: true,
      env: { PATH: searchPathOfUser(), ...options.environment, LC_ALL: 'C' },
      stdio: ['ignore', log, log, 'pipe'],
      ...options.user,
    });
  } finally {
    closeSync(log);
  }
}

/** Resolves with how the child ended; tells the watchdog, so that it never signals a process id that was given away. */
function watchEnd(child: ChildProcess): Promise<string> {
  const lifeline = child.stdio[3];
  if (!(lifeline instanceof Socket)) throw new Error('the pipe to the watchdog is missing');
  lifeline.on('error', () => undefined);
  lifeline.unref();
  child.unref();
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      lifeline.end('gone\n', () => lifeline.destroy());
      resolve(code === null ? `was ended by ${String(signal)}` : `ended with code ${code}`);
    });
  });
}

async function untilReady(options: ServerProcessOptions, ended: Promise<string>): Promise<void> {
  const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const end = await Promise.race([ended, delay(POLL_MS, undefined)]);
    if (end !== undefined) throw new Error(end);
    if (await options.isReady()) return;
  }
  throw new Error(`did not answer within ${timeoutMs} ms`);
}

async function stop(child: ChildProcess, ended: Promise<string>, options: ServerProcessOptions): Promise<void> {
  child.ref();
  child.kill(options.stopSignal ?? 'SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(killer);
  await rm(options.directory, { recursive: true, force: true, maxRetries: 3 });
}
