import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.js';
import { freePort } from './free-port.js';
import { openLocalRedis, type LocalRedis, type LocalRedisOptions } from './local-redis.js';
import { encodeCommand } from './redis-ping.js';
import { isRunning } from './testdata/running.js';

async function openRedis(options?: LocalRedisOptions): Promise<LocalRedis & { readonly pid: number }> {
  const redis = await openLocalRedis(options);
  if (redis.kind === 'unavailable') throw new Error(redis.reason);
  return { ...redis, pid: redis.pid ?? Number.NaN };
}

/** Everything a Redis answers to some commands, as it came over the wire. */
async function ask(socketPath: string, ...commands: string[][]): Promise<string> {
  const socket = connect({ path: socketPath }).setEncoding('utf8');
  socket.write([...commands, ['QUIT']].map(encodeCommand).join(''));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('openLocalRedis', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larder-redis-spec-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('opens a Redis that answers on a private socket, keeps nothing on disk and never evicts', async () => {
    const redis = await openRedis();
    try {
      expect(await ask(redis.url, ['SET', 'a', '1'], ['GET', 'a'])).toBe('+OK\r\n$1\r\n1\r\n+OK\r\n');
      const settings = await ask(redis.url, [
        'CONFIG',
        'GET',
        'port',
        'save',
        'appendonly',
        'maxmemory',
        'maxmemory-policy',
      ]);
      const words = settings.split('\r\n').filter((word) => !/^[*$+]/.test(word));
      const pairs = new Map(
        words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]] as const] : [])),
      );
      expect(Object.fromEntries(pairs)).toMatchObject({
        port: '0',
        save: '',
        appendonly: 'no',
        maxmemory: '0',
        'maxmemory-policy': 'noeviction',
      });
      expect(statSync(dirname(redis.url)).mode & 0o777).toBe(0o700);
    } finally {
      await redis.close();
    }
  });

  it('ends the process and removes the folder on close', async () => {
    const redis = await openRedis();
    expect(isRunning(redis.pid)).toBe(true);
    expect(existsSync(dirname(redis.url))).toBe(true);
    await redis.close();
    expect(isRunning(redis.pid)).toBe(false);
    expect(existsSync(dirname(redis.url))).toBe(false);
  });

  it('leads a process group of its own, so that Ctrl-C in a terminal leaves it to its owner', async () => {
    const redis = await openRedis();
    try {
      expect(() => process.kill(-redis.pid, 0)).not.toThrow();
    } finally {
      await redis.close();
    }
  });

  it('keeps two apart that are opened at once', async () => {
    const [one, two] = await Promise.all([openRedis(), openRedis()]);
    try {
      await ask(one.url, ['SET', 'who', 'one']);
      expect(await ask(two.url, ['GET', 'who'])).toBe('$-1\r\n+OK\r\n');
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with its owner when that gets %s', async (signal) => {
    const hooks = fileURLToPath(new URL('testdata/typescript-hooks.mjs', import.meta.url));
    const script = fileURLToPath(new URL('testdata/redis-owner.ts', import.meta.url));
    const owner = spawn(process.execPath, ['--conditions=@larder/source', '--import', hooks, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(owner.stdout, 'data');
    const redis: { url: string; pid: number } = JSON.parse(String(line));
    expect(isRunning(redis.pid)).toBe(true);
    owner.kill(signal);
    await once(owner, 'exit');
    const deadline = performance.now() + 10_000;
    while ((isRunning(redis.pid) || existsSync(dirname(redis.url))) && performance.now() < deadline) await delay(20);
    expect(isRunning(redis.pid)).toBe(false);
    expect(existsSync(dirname(redis.url))).toBe(false);
  });

  it('uses a given Redis and leaves it alone on close', async () => {
    const redis = await openRedis();
    try {
      const given = await openRedis({ url: redis.url });
      expect(given).toMatchObject({ kind: 'given-url', url: redis.url });
      await given.close();
      expect(await ask(redis.url)).toBe('+OK\r\n');
    } finally {
      await redis.close();
    }
  });

  it('says clearly that a given url is malformed, or that nobody answers there', async () => {
    await expect(openLocalRedis({ url: 'localhost' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^url: expected/),
    });
    const url = `redis://me:secret@127.0.0.1:${await freePort()}`;
    await expect(openLocalRedis({ url })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^url: no Redis answers at redis:\/\/\*\*\*@127\.0\.0\.1:\d+: .*ECONNREFUSED/),
    });
  });

  it('takes the server of the search path first', async () => {
    const fetched = await openRedis();
    await fetched.close();
    const server = fetched.describe.replace(/ on a private socket$/, '');
    const bin = await mkdtemp(join(folder, 'bin-'));
    const wrapper = join(bin, 'valkey-server');
    await writeFile(
      wrapper,
      `#!/bin/sh\nLD_LIBRARY_PATH=$(echo ${dirname(server)}/../lib/*-linux-*) exec ${server} "$@"\n`,
      { mode: 0o755 },
    );
    const redis = await openRedis({ searchPath: bin });
    await redis.close();
    expect(redis).toMatchObject({ kind: 'path', describe: `${wrapper} on a private socket` });
  });

  it('gives every reason when no way works', async () => {
    const broken = join(folder, 'redis-server');
    await writeFile(broken, '#!/bin/sh\necho "wrong machine" >&2; exit 1\n', { mode: 0o755 });
    const blocked = join(folder, 'not-a-folder');
    await writeFile(blocked, '');
    const progress: string[] = [];
    const result = await openLocalRedis({
      searchPath: folder,
      cacheDirectory: blocked,
      onProgress: (message) => progress.push(message),
    });
    expect(result).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/redis-server ended with code 1; its output: wrong machine; .*not-a-folder/),
    });
    expect(progress).toHaveLength(2);
  });
});

const needsPackages =
  process.platform === 'linux' && !(await findExecutable('redis-server')) && !(await findExecutable('valkey-server'));
const whereNeeded = needsPackages ? describe : describe.skip;

whereNeeded('a Redis from the packages of the distribution (where none is installed)', () => {
  it('is fetched once for two who ask at the same time', async () => {
    const cacheDirectory = await mkdtemp(join(tmpdir(), 'larder-cache-'));
    try {
      const servers = await Promise.all([openRedis({ cacheDirectory }), openRedis({ cacheDirectory })]);
      for (const redis of servers) expect(await ask(redis.url)).toBe('+OK\r\n');
      expect(servers.map((redis) => redis.kind)).toEqual(['downloaded', 'downloaded']);
      await Promise.all(servers.map((redis) => redis.close()));
      expect(await readdir(join(cacheDirectory, 'redis'))).toHaveLength(1);
    } finally {
      await rm(cacheDirectory, { recursive: true, force: true });
    }
  });
});
