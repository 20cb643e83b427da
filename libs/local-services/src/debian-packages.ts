import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failureText } from './failure-text.js';
import { runCommand } from './run-command.js';

const DEPENDENCY_KINDS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
const QUICK_MS = 20_000;
const DOWNLOAD_MS = 120_000;

/**
 * Unpacks Debian or Ubuntu packages, and the libraries they need and this machine lacks, into `directory`, without
 * installing anything and without root.
 *
 * Package lists of the system are used as they are; when they are absent or too old, fresh ones are fetched into a
 * private place and thrown away after. apt checks every package against the distribution's signed index.
 * Throws an `Error` in apt's words when the packages cannot be had.
 */
export async function unpackDebianPackages(
  names: readonly string[],
  directory: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const work = join(directory, '.packages');
  await mkdir(work);
  try {
    await downloadWithAnyLists(names, work, onProgress);
    const archives = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    for (const archive of archives)
      await runCommand('dpkg-deb', ['-x', join(work, archive), directory], { timeoutMs: QUICK_MS });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function downloadWithAnyLists(
  names: readonly string[],
  directory: string,
  onProgress: (message: string) => void,
): Promise<void> {
  try {
    await downloadPackages(names, directory, aptOptions());
  } catch (error) {
    const why = firstLine(failureText(error));
    onProgress(`the package lists of this machine did not do (${why}); fetching fresh ones`);
    await freshLists(join(directory, 'apt'))
      .then((options) => downloadPackages(names, directory, options))
      .catch((second: unknown) =>
        Promise.reject(new Error(`${why}; with fresh package lists: ${firstLine(failureText(second))}`)),
      );
  }
}

async function downloadPackages(
  names: readonly string[],
  directory: string,
  options: readonly string[],
): Promise<void> {
  const wanted = [...names, ...(await missingLibraries(names, options))];
  await runCommand('apt-get', [...options, 'download', ...wanted], { directory, timeoutMs: DOWNLOAD_MS });
}

/** The libraries the packages depend on directly that are not installed; everything else they name is for a system service. */
async function missingLibraries(names: readonly string[], options: readonly string[]): Promise<string[]> {
  const flags = DEPENDENCY_KINDS.map((kind) => `--no-${kind}`);
  const listed = await runCommand('apt-cache', [...options, 'depends', ...flags, ...names], { timeoutMs: QUICK_MS });
  const libraries = [...listed.matchAll(/^ +\|?(?:Pre)?Depends: ((?:lib|lua-)\S+)$/gm)].map((match) =>
    String(match[1]),
  );
  const installed = await installedPackages();
  return [...new Set(libraries)].filter((library) => !installed.has(library));
}

async function installedPackages(): Promise<Set<string>> {
  const listed = await runCommand('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n'], {
    timeoutMs: QUICK_MS,
  });
  return new Set([...listed.matchAll(/^installed (\S+)$/gm)].map((match) => String(match[1])));
}

async function freshLists(directory: string): Promise<string[]> {
  const lists = join(directory, 'lists');
  const cache = join(directory, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const options = [...aptOptions(), '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  await runCommand('apt-get', [...options, 'update'], { timeoutMs: DOWNLOAD_MS });
  return options;
}

/** Give up soon when offline; as root, do not hand over to apt's own user, who may not write into a private folder. */
function aptOptions(): string[] {
  const settings = ['Acquire::Retries=1', 'Acquire::http::Timeout=15', 'Acquire::https::Timeout=15'];
  if (process.getuid?.() === 0) settings.push('APT::Sandbox::User=root');
  return ['-q', ...settings.flatMap((setting) => ['-o', setting])];
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}
