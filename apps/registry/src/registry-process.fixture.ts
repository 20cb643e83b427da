import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./testdata/typescript-hooks.mjs', import.meta.url).href;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface RegistryProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with the URL; rejects with standard error when the process ends before it listens. */
  readonly url: Promise<string>;
  readonly exited: Promise<{ code: number | null; stderr: string }>;
}

const started: RegistryProcess[] = [];

/** Starts the registry as a process of its own, on a free port. */
export function startRegistryProcess(
  environment: Record<string, string>,
  args: readonly string[] = [],
): RegistryProcess {
  const command = ['--no-warnings', '--conditions=@larder/source', '--import', HOOKS, MAIN, ...args];
  const env = { PATH: process.env['PATH'], LARDER_HTTP_HOST: '127.0.0.1', LARDER_HTTP_PORT: '0', ...environment };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exited = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stderr })),
  );
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"url":"([^"]+)"/.exec(line);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    void exited.then((end) => reject(new Error(`the registry ended: ${end.stderr}`)));
  });
  url.catch(() => undefined);
  const registry = { child, url, exited };
  started.push(registry);
  return registry;
}

/** Kills every process that was started and still runs. */
export async function killRegistryProcesses(): Promise<void> {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((each) => each.exited));
}
