import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * Parts of a bench that run in a process of their own, so that their CPU time and memory can be told apart. A child runs the
 * bench's own bundle with `--child ROLE`; parent and child talk over IPC.
 */
export interface ChildRole<Settings = never, Info = unknown, Request = never, Answer = unknown> {
  readonly name: string;
  open(settings: Settings): Promise<OpenedRole<Info, Request, Answer>>;
}

export interface OpenedRole<Info, Request, Answer> {
  /** What the parent has to know: a port, a size. */
  readonly info: Info;
  run?(request: Request): Promise<Answer>;
  close(): Promise<void>;
}

/** What a process has used up so far. */
export interface Usage {
  /** User and system time of all threads, in seconds. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

/** A running child. */
export interface Child<Info, Request, Answer> {
  readonly info: Info;
  readonly pid: number;
  /** The error of the child when it throws. */
  run(request: Request): Promise<Answer>;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Writes a CPU profile there when the child ends. */
  readonly profileDirectory?: string | undefined;
}

type Command =
  | { readonly kind: 'open'; readonly argument: unknown }
  | { readonly kind: 'run'; readonly argument: unknown }
  | { readonly kind: 'usage' }
  | { readonly kind: 'close' };
type Reply = { readonly value: unknown } | { readonly error: string };

const FLAG = '--child';

/** The role that this process was started for, or undefined. */
export function roleOfChild(argv: readonly string[]): string | undefined {
  const at = argv.indexOf(FLAG);
  return at === -1 ? undefined : argv[at + 1];
}

/** Starts a child in a role and waits until it is open. Commands are answered one after another. */
export async function startRole<S, I, Q, A>(
  role: ChildRole<S, I, Q, A>,
  settings: S,
  { profileDirectory }: StartOptions = {},
): Promise<Child<I, Q, A>> {
  const profiling = profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
  const child = fork(process.argv[1] ?? '', [FLAG, role.name], {
    serialization: 'advanced',
    execArgv: ['--expose-gc', ...profiling],
  });
  const info = (await ask(child, { kind: 'open', argument: settings })) as I;
  return {
    info,
    pid: child.pid ?? 0,
    run: async (request) => (await ask(child, { kind: 'run', argument: request })) as A,
    usage: async () => (await ask(child, { kind: 'usage' })) as Usage,
    close: () => endChild(child),
  };
}

/** Plays a role until the parent says close, or is gone: the channel to it keeps this process alive. */
export function serveRole(roles: readonly ChildRole[], name: string): void {
  const role = roles.find((each) => each.name === name) as ChildRole<unknown, unknown, unknown, unknown> | undefined;
  if (role === undefined) throw new Error(`no role ${name}`);
  let opened: OpenedRole<unknown, unknown, unknown> | undefined;
  const answer = async (command: Command): Promise<unknown> => {
    switch (command.kind) {
      case 'open':
        opened = await role.open(command.argument);
        return opened.info;
      case 'run':
        return opened?.run?.(command.argument);
      case 'usage':
        return usageOfProcess();
      case 'close':
        return opened?.close();
    }
  };
  process.on('disconnect', () => process.exit());
  process.on('message', (command: Command) => {
    void answer(command)
      .then((value): Reply => ({ value }))
      .catch((error: unknown): Reply => ({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }))
      .then((reply) => process.send?.(reply, () => (command.kind === 'close' ? process.disconnect() : undefined)));
  });
}

/** What this process has used up so far. */
export function usageOfProcess(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
}

async function ask(child: ChildProcess, command: Command): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a child process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (reply: Reply) => {
      child.off('exit', ended);
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.value);
    });
    child.send(command);
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await ask(child, { kind: 'close' }).catch(() => child.kill('SIGKILL'));
  await exited;
}
