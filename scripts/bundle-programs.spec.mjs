import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { bundle } from './bundle.mjs';
import { readJson, workspaceRoot } from './workspace.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-program-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {string} program
 * @param {{ standalone?: boolean }} [options]
 */
const bundleProgram = (program, options) =>
  bundle({
    entry: `scripts/testdata/${program}.ts`,
    outdir: relative(workspaceRoot, folder),
    name: 'main',
    ...options,
  });

const importsOfBundle = () =>
  [...readFileSync(join(folder, 'main.js'), 'utf8').matchAll(/from ["']([^."'][^"']*)["'];$/gm)].map(
    (match) => match[1],
  );

describe('bundle', () => {
  it('takes workspace packages in, leaves npm packages out and lazy parts in files of their own', async () => {
    expect(await bundleProgram('bundled-program')).toBe(true);
    expect(importsOfBundle()).toEqual(expect.arrayContaining(['node:path', 'zod']));
    expect(importsOfBundle().filter((name) => name?.startsWith('@larder/'))).toEqual([]);
    expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^chunk-bundled-part-\w+\.js$/));
  });

  it('does nothing the second time', async () => {
    await bundleProgram('bundled-program');
    expect(await bundleProgram('bundled-program')).toBe(false);
  });

  it('starts over when a file of the bundle is gone', async () => {
    await bundleProgram('bundled-program');
    rmSync(join(folder, 'main.js'));
    expect(await bundleProgram('bundled-program')).toBe(true);
  });

  it('takes npm packages in as well when standalone, and says what it still needs', async () => {
    await bundleProgram('bundled-program', { standalone: true });
    expect(importsOfBundle()).not.toContain('zod');
    expect(readJson(join(folder, 'package.json')).dependencies).toEqual({});
  });

  it('fails with the place of the mistake and leaves no bundle', async () => {
    await expect(bundleProgram('broken-program')).rejects.toThrow('scripts/testdata/broken-program.ts:1:24');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a program that does not exist', async () => {
    await expect(bundleProgram('no-such-program')).rejects.toThrow(
      'scripts/testdata/no-such-program.ts does not exist',
    );
  });
});
