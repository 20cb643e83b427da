import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestRedis } from '@larder/testing';
import { startTestRedis, temporaryDirectory } from '@larder/testing';

/** A Redis at a fixed address that can be killed and started again, empty. */
export interface RestartableRedis {
  /** The path of a link to the socket of the server that runs now. */
  readonly url: string;
  /** The process id of that server. */
  readonly pid: number;
  /** Ends the server without notice, as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. */
export async function startRestartableRedis(): Promise<RestartableRedis> {
  const directory = await temporaryDirectory();
  const url = join(directory.path, 'redis.sock');
  let server: TestRedis | undefined;
  const kill = async (): Promise<void> => {
    if (server === undefined) return;
    process.kill(server.pid, 'SIGKILL');
    await server.close();
    server = undefined;
  };
  const start = async (): Promise<void> => {
    server = await startTestRedis();
    await rm(url, { force: true });
    await symlink(server.url, url);
  };
  await start();
  return {
    url,
    get pid() {
      return server?.pid ?? 0;
    },
    kill,
    start,
    close: async () => {
      await server?.close();
      await directory.close();
    },
  };
}
