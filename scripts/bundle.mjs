// One esbuild bundle per program: workspace packages are compiled in from their sources, npm packages stay in
// node_modules. A standalone bundle takes the npm packages in as well, for container images.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { isFresh, recordSources } from './bundle-freshness.mjs';
import { SetupError } from './run-main.mjs';
import { readJson, workspaceRoot } from './workspace.mjs';

/** Packages no bundle can hold: native binaries, WebAssembly beside the code, or optional ones that are not installed. */
export const UNBUNDLED = [
  '@duckdb/node-api',
  '@duckdb/node-bindings',
  '@electric-sql/pglite',
  'esbuild',
  'msgpackr-extract',
  'pg-native',
  'bufferutil',
  'utf-8-validate',
];

/** Chunks of earlier bundles stay for a day: a running process may still load one. */
const STALE_CHUNK_MS = 24 * 60 * 60 * 1000;

const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * @typedef {object} BundleRequest
 * @property {string} entry source file, relative to the workspace
 * @property {string} outdir folder of the bundle, relative to the workspace
 * @property {string} name file name of the bundle without `.js`
 * @property {boolean} [standalone] takes npm packages in, except those of `UNBUNDLED`
 */

/**
 * Makes a bundle unless the one there was made from the same sources; false when there was nothing to do. Readers never
 * see a half-written bundle: files are put in place by renaming, the entry last.
 * @param {BundleRequest} request
 * @returns {Promise<boolean>}
 * @throws {SetupError} with esbuild's messages when the sources do not compile or the entry is missing
 */
export async function bundle({ entry, outdir, name, standalone = false }) {
  if (!existsSync(join(workspaceRoot, entry))) throw new SetupError(`${entry} does not exist yet`);
  const folder = join(workspaceRoot, outdir);
  const options = buildOptions({ entry, outdir, name, standalone });
  const version = readJson(join(workspaceRoot, 'node_modules/esbuild/package.json')).version;
  const settings = JSON.stringify([options, version]);
  if (isFresh(folder, settings) && existsSync(join(folder, `${name}.js`))) return false;
  const result = await compile({ ...options, plugins: standalone ? [] : [keepNpmPackages] });
  putInPlace(result.outputFiles, join(folder, `${name}.js`));
  recordSources(
    folder,
    settings,
    Object.keys(result.metafile.inputs).map((path) => resolve(workspaceRoot, path)),
  );
  removeStaleChunks(folder);
  if (standalone) writeManifest(folder, name, result.metafile);
  return true;
}

/**
 * @param {Required<BundleRequest>} request
 * @returns {import('esbuild').BuildOptions & { metafile: true, write: false }}
 */
function buildOptions({ entry, outdir, name, standalone }) {
  return {
    absWorkingDir: workspaceRoot,
    entryPoints: [{ in: entry, out: name }],
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@larder/source'],
    sourcemap: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
    legalComments: standalone ? 'linked' : 'none',
    banner: { js: BANNER },
    external: standalone ? UNBUNDLED : [],
  };
}

/**
 * @param {import('esbuild').BuildOptions & { metafile: true, write: false }} options
 */
async function compile(options) {
  const esbuild = await import('esbuild');
  try {
    return await esbuild.build(options);
  } catch (error) {
    const errors = /** @type {Partial<import('esbuild').BuildFailure>} */ (error).errors;
    if (errors === undefined) throw error;
    const messages = await esbuild.formatMessages(errors, { kind: 'error', color: process.stderr.isTTY === true });
    throw new SetupError(messages.join('\n'));
  }
}

/**
 * Leaves npm packages to Node, which finds them from dist/ only at the root of node_modules: a copy nested below a
 * workspace package (another version than the root's) is bundled.
 * @type {import('esbuild').Plugin}
 */
const keepNpmPackages = {
  name: 'keep-npm-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@larder/')) return undefined;
      if (isBuiltin(path) || isAtRoot(packageName(path), resolveDir)) return { path, external: true };
      return undefined;
    });
  },
};

/**
 * @param {string} name
 * @param {string} importingFolder
 */
function isAtRoot(name, importingFolder) {
  let folder = importingFolder;
  while (!existsSync(join(folder, 'node_modules', name, 'package.json')) && folder !== dirname(folder))
    folder = dirname(folder);
  return folder === workspaceRoot || folder === dirname(folder);
}

/**
 * The package an import names: `@scope/name` of `@scope/name/deep/file.js`.
 * @param {string} specifier
 */
export function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * @param {import('esbuild').OutputFile[]} files
 * @param {string} entryPath
 */
function putInPlace(files, entryPath) {
  const entryLast = [...files].sort(
    (left, right) => Number(left.path === entryPath) - Number(right.path === entryPath),
  );
  for (const { path, contents } of entryLast) {
    const partial = `${path}.${process.pid}.partial`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, contents);
    renameSync(partial, path);
  }
}

/** @param {string} folder */
function removeStaleChunks(folder) {
  const chunks = readdirSync(folder).filter((file) => file.startsWith('chunk-'));
  for (const path of chunks.map((file) => join(folder, file))) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > STALE_CHUNK_MS) rmSync(path, { force: true });
  }
}

/**
 * Beside a standalone bundle: a package.json that declares the packages it still needs, in the versions installed here.
 * @param {string} folder
 * @param {string} name
 * @param {import('esbuild').Metafile} metafile
 */
function writeManifest(folder, name, metafile) {
  const imported = Object.values(metafile.outputs).flatMap((output) =>
    output.imports.filter((item) => item.external === true),
  );
  const packages = new Set(imported.map((item) => packageName(item.path)).filter((item) => !isBuiltin(item)));
  const dependencies = Object.fromEntries([...packages].sort().flatMap(installedVersion));
  const manifest = { name: 'larder-standalone', private: true, type: 'module', main: `${name}.js`, dependencies };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * @param {string} name
 * @returns {[string, string][]} nothing when the package is not installed: an optional one
 */
function installedVersion(name) {
  const path = join(workspaceRoot, 'node_modules', name, 'package.json');
  return existsSync(path) ? [[name, JSON.parse(readFileSync(path, 'utf8')).version]] : [];
}
