// Whether node_modules is what package-lock.json asks for. Node built-ins only: runs before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'node_modules/.larder-install.json';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [peer]
 * @property {boolean} [extraneous] kept in the lock file although nothing needs it; npm does not install it
 */

/**
 * True when node_modules was installed from exactly this package-lock.json. A tree that `npm install` or `npm ci` made
 * without this project's scripts is recognised by npm's own record in it and stamped, not installed again.
 * @param {string} root
 */
export function isInstalled(root) {
  if (!existsSync(join(root, 'node_modules'))) return false;
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (readStamp(root) === sha256(lockText)) return true;
  const installed = readInstalledPackages(root);
  if (installed === undefined || !matchesLock(JSON.parse(lockText).packages, installed)) return false;
  writeStamp(root);
  return true;
}

/**
 * Records that node_modules was installed from the present package-lock.json.
 * @param {string} root
 */
export function writeStamp(root) {
  const lockSha256 = sha256(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  writeFileSync(join(root, STAMP), `${JSON.stringify({ lockSha256 })}\n`);
}

/**
 * Whether every package a lock file requires is installed in the locked version. Optional ones may be missing
 * (they are another platform's); more than the lock asks for is harmless.
 * @param {Record<string, LockedPackage>} locked `packages` of package-lock.json
 * @param {Record<string, LockedPackage>} installed `packages` of node_modules/.package-lock.json
 */
export function matchesLock(locked, installed) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return mayBeMissing(wanted);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** @param {LockedPackage} wanted */
function mayBeMissing({ optional, devOptional, peer, extraneous }) {
  return optional === true || devOptional === true || peer === true || extraneous === true;
}

/** @param {string} root */
function readStamp(root) {
  const path = join(root, STAMP);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).lockSha256 : undefined;
}

/**
 * @param {string} root
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readInstalledPackages(root) {
  const path = join(root, 'node_modules/.package-lock.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
