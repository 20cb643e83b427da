import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { RegistryClient } from '@larder/registry-client';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { exampleDefinitions } from './example-definitions.fixture.js';
import { killRegistryProcesses, startRegistryProcess } from './registry-process.fixture.js';

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await killRegistryProcesses();
  await folder.close();
});

describe('the registry as a process', () => {
  it('has every acknowledged apply after kill -9 in the middle of applies, and ends cleanly on SIGTERM', async () => {
    const environment = { LARDER_DATA_DIRECTORY: folder.path };
    const first = startRegistryProcess(environment);
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

    const second = startRegistryProcess(environment);
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
    const first = startRegistryProcess({ LARDER_DATA_DIRECTORY: folder.path });
    await first.url;
    const second = startRegistryProcess({ LARDER_DATA_DIRECTORY: folder.path });
    const { code, stderr } = await second.exited;
    expect(code).toBe(1);
    expect(stderr).toBe(
      `registry: ${folder.path} is in use by process ${String(first.child.pid)} on ${hostname()}; stop it, or give this registry a folder of its own (LARDER_DATA_DIRECTORY)\n`,
    );
  }, 180_000);

  it('checks its configuration without touching anything', async () => {
    const environment = { LARDER_DATA_DIRECTORY: folder.path, LARDER_DATABASE_URL: 'mysql://hunter2@localhost' };
    const { code, stderr } = await startRegistryProcess(environment, ['--check-config']).exited;
    expect(code).toBe(1);
    expect(stderr).toBe(
      'registry: configuration: 1 problem\n  LARDER_DATABASE_URL: expected a URL such as postgres://… or postgresql://…\n',
    );
    expect((await startRegistryProcess({ LARDER_DATA_DIRECTORY: folder.path }, ['--check-config']).exited).code).toBe(
      0,
    );
    expect(await readdir(folder.path)).toEqual([]);
  });
});
