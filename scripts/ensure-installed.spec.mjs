import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNodeVersion } from './ensure-installed.mjs';
import { isInstalled, matchesLock, writeStamp } from './install-state.mjs';

const LOCKED = {
  '': { version: '1.0.0' },
  'libs/registry': { version: '1.0.0' },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
  'node_modules/only-on-mac': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  'node_modules/unneeded': { version: '1.0.0', integrity: 'sha512-c', extraneous: true },
};
const ZOD = { version: '4.0.0', integrity: 'sha512-a' };

describe('matchesLock', () => {
  it('lets optional and unneeded packages be missing, and more be there', () => {
    expect(matchesLock(LOCKED, { 'node_modules/zod': ZOD, 'node_modules/more': {} })).toBe(true);
  });

  it.each([
    ['a required package is missing', {}],
    ['a version differs', { 'node_modules/zod': { ...ZOD, version: '4.0.1' } }],
    ['the content differs', { 'node_modules/zod': { ...ZOD, integrity: 'sha512-z' } }],
    ['an optional package has another version', { 'node_modules/zod': ZOD, 'node_modules/only-on-mac': ZOD }],
  ])('is false when %s', (_case, installed) => {
    expect(matchesLock(LOCKED, installed)).toBe(false);
  });
});

describe('isInstalled', () => {
  /** @type {string} */
  let root;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'larder-install-'));
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is false without node_modules and in a tree of unknown origin', () => {
    expect(isInstalled(root)).toBe(false);
    mkdirSync(join(root, 'node_modules'));
    expect(isInstalled(root)).toBe(false);
  });

  it('is true until the lock file changes', () => {
    mkdirSync(join(root, 'node_modules'));
    writeStamp(root);
    expect(isInstalled(root)).toBe(true);
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/zod': ZOD } }));
    expect(isInstalled(root)).toBe(false);
  });

  it("recognises a tree that npm itself installed by npm's record", () => {
    mkdirSync(join(root, 'node_modules'));
    const record = join(root, 'node_modules/.package-lock.json');
    writeFileSync(record, JSON.stringify({ packages: { 'node_modules/zod': { ...ZOD, version: '3.0.0' } } }));
    expect(isInstalled(root)).toBe(false);
    writeFileSync(record, JSON.stringify({ packages: { 'node_modules/zod': ZOD } }));
    expect(isInstalled(root)).toBe(true);
  });
});

describe('checkNodeVersion', () => {
  it('names the running version and the wanted range', () => {
    expect(() => checkNodeVersion('v18.0.0', '>=20.19')).toThrow(/v18\.0\.0.*>=20\.19/);
  });
});
