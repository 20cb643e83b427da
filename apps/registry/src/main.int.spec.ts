import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { RegistryClient } from '@larder/registry-client';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { exampleDefinitions } from './example-definitions.fixture.js';

const HOOKS = new URL('./testdata/typescript-hooks.mjs', import.meta.url).href;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface RegistryProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with the URL; rejects with standard error when the process ends before it listens. */
  readonly url: Promise<string>;
  readonly exited: Promise<{ code: number | null; stderr: string }>;
}

const started: RegistryProcess[] = [];

function start(environment: Record<string, string>, args: readonly string[] = []): RegistryProcess {
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

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((each) => each.exited));
  await folder.close();
});

describe('the registry as a process', () => {
  it('has every acknowledged apply after kill -9 in the middle of applies, and ends cleanly on SIGTERM', async () => {
    const environment = { LARDER_DATA_DIRECTORY: folder.path };
    const first = start(environment);
    const client = new RegistryClient({ url: await first.url });
    let acknowledged = 0;
    const applying = (async () => {
      for (;;) {
        const { version } = await client.apply('demo', {
          definitions: exampleDefinitions('demo', { description: `change ${acknowledged}` }),
        });
        acknowledged = version;
        if (version === 10) first.child.kill('SIGKILL');
      }
    })();
    await expect(applying).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await first.exited;

    const second = start(environment);
    const again = new RegistryClient({ url: await second.url });
    const versions = (await again.history('demo')).map((each) => each.version);
    expect(versions[0]).toBeGreaterThanOrEqual(acknowledged);
    expect(versions).toEqual(versions.map((_, index) => versions.length - index));
    expect((await again.snapshot('demo')).version).toBe(versions[0]);

    second.child.kill('SIGTERM');
    expect(await second.exited).toEqual({ code: 0, stderr: '' });
    expect(await readdir(folder.path)).toEqual(['pglite']);
  }, 180_000);

  it('refuses a folder that another registry has, in one line', async () => {
    const first = start({ LARDER_DATA_DIRECTORY: folder.path });
    await first.url;
    const second = start({ LARDER_DATA_DIRECTORY: folder.path });
    const { code, stderr } = await second.exited;
    expect(code).toBe(1);
    expect(stderr).toBe(
      `registry: ${folder.path} is in use by process ${String(first.child.pid)} on ${hostname()}; stop it, or give this registry a folder of its own (LARDER_DATA_DIRECTORY)\n`,
    );
  }, 180_000);

  it('checks its configuration without touching anything', async () => {
    const environment = { LARDER_DATA_DIRECTORY: folder.path, LARDER_DATABASE_URL: 'mysql://hunter2@localhost' };
    const { code, stderr } = await start(environment, ['--check-config']).exited;
    expect(code).toBe(1);
    expect(stderr).toBe(
      'registry: configuration: 1 problem\n  LARDER_DATABASE_URL: expected a URL such as postgres://… or postgresql://…\n',
    );
    expect((await start({ LARDER_DATA_DIRECTORY: folder.path }, ['--check-config']).exited).code).toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
