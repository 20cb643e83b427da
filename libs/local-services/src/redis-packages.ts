import { access, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.js';
import { fillOnce } from './fill-once.js';

/** A Redis server unpacked into a folder, with the environment it needs to find its libraries there. */
export interface UnpackedRedis {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The distribution's own Redis, fetched once into `cacheDirectory` and found there from then on (about 2 MB over the
 * network, 8 MB on disk); remove the folder to fetch a newer one. Needs Debian or Ubuntu, not root. Throws an `Error`
 * when it cannot be had.
 */
export async function fetchRedisPackages(
  cacheDirectory: string,
  onProgress: (message: string) => void,
): Promise<UnpackedRedis> {
  if (process.platform !== 'linux') throw new Error('only on Linux can Redis be unpacked from packages');
  const root = join(cacheDirectory, 'redis', `${await distribution()}-${process.arch}`);
  await fillOnce(root, async (directory) => {
    onProgress('fetching Redis from the packages of this distribution');
    await unpackDebianPackages(['redis-server', 'redis-tools'], directory, onProgress);
    await access(join(directory, 'usr/bin/redis-server'));
  });
  return {
    command: join(root, 'usr/bin/redis-server'),
    environment: { LD_LIBRARY_PATH: (await libraryFolders(root)).join(delimiter) },
  };
}

/** Such as `debian-12`: a home folder may be shared by machines whose libraries do not fit each other. */
async function distribution(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${field('ID')}-${field('VERSION_ID')}`;
}

async function libraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const parent of [join(root, 'usr/lib'), join(root, 'lib')]) {
    const names = await readdir(parent).catch((): string[] => []);
    found.push(...names.filter((name) => name.includes('-linux-')).map((name) => join(parent, name)));
  }
  return found;
}
