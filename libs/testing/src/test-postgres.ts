import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findExecutable, freePort, openServerProcess, runCommand } from '@larder/local-services';
import { postgresTakesConnections } from './postgres-greeting.js';
import { unprivilegedUser, type UnprivilegedUser } from './unprivileged-user.js';

const USER = 'larder';
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const INITDB_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 30_000;

/** A PostgreSQL of a test's own, with one empty database. */
export interface TestPostgres {
  /** `postgres://user:password@127.0.0.1:port/postgres`, as a superuser. */
  readonly url: string;
  /** The folder of its unix socket, which asks for no password; the user is the one in `url`. */
  readonly socketDirectory: string;
  readonly port: number;
  /** The folder of its programs, `psql` among them where it is installed. */
  readonly binDirectory: string;
  readonly pid: number;
  /** Ends the server, clients or not, and removes its data. */
  close(): Promise<void>;
}

/**
 * Starts a fresh PostgreSQL (about 2 s) when its server is on the PATH or where Debian puts it; undefined when it is
 * not installed. Under root it runs as an unprivileged user. It trades durability for speed.
 *
 * Throws when it is installed but does not start.
 */
export async function startTestPostgres(): Promise<TestPostgres | undefined> {
  const binDirectory = await findBinDirectory();
  if (binDirectory === undefined) return undefined;
  const user = await unprivilegedUser();
  const directory = await mkdtemp(join(tmpdir(), 'larder-postgres-'));
  const password = randomBytes(16).toString('hex');
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid);
    await createCluster(binDirectory, { directory, password, ...(user === undefined ? {} : { user }) });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const server = await openServerProcess({
    name: 'postgres',
    command: join(binDirectory, 'postgres'),
    args: serverArguments(directory, port),
    directory,
    stopSignal: 'SIGINT',
    readyTimeoutMs: START_TIMEOUT_MS,
    isReady: () => postgresTakesConnections(port, USER),
    ...(user === undefined ? {} : { user }),
  });
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  return { url, socketDirectory: directory, port, binDirectory, ...server };
}

async function createCluster(
  binDirectory: string,
  cluster: { directory: string; password: string; user?: UnprivilegedUser },
): Promise<void> {
  const { directory, password, user } = cluster;
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const args = [
    '-D',
    join(directory, 'data'),
    '-U',
    USER,
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
    `--pwfile=${passwordFile}`,
  ];
  const access = ['--auth-local=trust', '--auth-host=scram-sha-256'];
  await runCommand(join(binDirectory, 'initdb'), [...args, ...access], {
    directory,
    timeoutMs: INITDB_TIMEOUT_MS,
    ...(user === undefined ? {} : { user }),
  });
}

function serverArguments(directory: string, port: number): string[] {
  const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap((setting) => ['-c', setting]);
  return ['-D', join(directory, 'data'), '-k', directory, '-h', '127.0.0.1', '-p', String(port), ...fast];
}

async function findBinDirectory(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN_FOLDER).catch((): string[] => []);
  const newestFirst = versions
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'));
  const found = (await findExecutable('initdb')) ?? (await findExecutable('initdb', newestFirst.join(':')));
  return found === undefined ? undefined : dirname(await realpath(found));
}
