import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServerProcess, type ServerProcessOptions } from './server-process.js';
import { isRunning } from './testdata/running.js';

async function shell(script: string, isReady: (directory: string) => boolean): Promise<ServerProcessOptions> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-server-'));
  return {
    name: 'test server',
    command: '/bin/sh',
    args: ['-c', script],
    directory,
    isReady: async () => isReady(directory),
  };
}

const never = (): boolean => false;

describe('openServerProcess', () => {
  it('shows the output of a server that ends early, and removes its folder', async () => {
    const options = await shell('echo "cannot bind" >&2; exit 3', never);
    await expect(openServerProcess(options)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'test server ended with code 3; its output: cannot bind',
    });
    expect(existsSync(options.directory)).toBe(false);
  });

  it('shows the output of a server that does not answer in time, and ends it', async () => {
    const options = await shell('echo "pid $$"; exec sleep 60', never);
    const failure = openServerProcess({ ...options, readyTimeoutMs: 300 });
    await expect(failure).rejects.toThrow(/test server did not answer within 300 ms; its output: pid \d+/);
    const pid = await failure.catch((error: unknown) => Number(/pid (\d+)/.exec(String(error))?.[1]));
    expect(isRunning(Number(pid))).toBe(false);
    expect(existsSync(options.directory)).toBe(false);
  });

  it('says that the command is missing', async () => {
    const options = await shell('', never);
    await expect(openServerProcess({ ...options, command: '/no/such/server' })).rejects.toThrow(
      /ended with code 127; its output: .*\/no\/such\/server/,
    );
  });

  it('can be closed twice, and after the server died', async () => {
    const options = await shell('touch ready; exec sleep 60', (directory) => existsSync(join(directory, 'ready')));
    const server = await openServerProcess(options);
    process.kill(server.pid, 'SIGKILL');
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect(isRunning(server.pid)).toBe(false);
    expect(existsSync(options.directory)).toBe(false);
  });

  it('ends a server that ignores its stop signal', async () => {
    const script = 'trap "" TERM; touch ready; while :; do sleep 1; done';
    const server = await openServerProcess(await shell(script, (directory) => existsSync(join(directory, 'ready'))));
    await server.close();
    expect(isRunning(server.pid)).toBe(false);
  });
});
