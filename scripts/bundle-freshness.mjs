// Whether a bundle still matches its sources, told from file sizes and times: about a millisecond per hundred files.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const STAMP = '.bundle.json';

/**
 * Whether the bundle in a folder was made with these settings from sources that have not changed since.
 * @param {string} outdir
 * @param {string} settings everything besides the sources that shapes the bundle
 */
export function isFresh(outdir, settings) {
  const path = join(outdir, STAMP);
  if (!existsSync(path)) return false;
  const stamp = JSON.parse(readFileSync(path, 'utf8'));
  if (stamp.settings !== sha256(settings)) return false;
  return Object.entries(stamp.sources).every(([source, state]) => sourceState(source) === state);
}

/**
 * Records the sources a bundle was made from; a manifest beside a source counts, since its `exports` decide what is bundled.
 * @param {string} outdir
 * @param {string} settings
 * @param {string[]} sources absolute paths
 */
export function recordSources(outdir, settings, sources) {
  const all = new Set([...sources, ...sources.flatMap(nearestManifest)]);
  const states = Object.fromEntries([...all].sort().map((source) => [source, sourceState(source)]));
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, STAMP), JSON.stringify({ settings: sha256(settings), sources: states }));
}

/** @param {string} source */
function nearestManifest(source) {
  for (let folder = dirname(source); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = resolve(folder, 'package.json');
    if (existsSync(manifest)) return [manifest];
  }
  return [];
}

/** @param {string} path */
function sourceState(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'missing' : `${stat.size} ${stat.mtimeMs}`;
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
