import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDocLine } from './bench.mjs';
import { isFresh, recordSources } from './bundle-freshness.mjs';
import { packageName } from './bundle.mjs';

describe('packageName', () => {
  it.each([
    ['ioredis', 'ioredis'],
    ['ioredis/built/utils.js', 'ioredis'],
    ['@grpc/grpc-js', '@grpc/grpc-js'],
    ['@grpc/grpc-js/build/x.js', '@grpc/grpc-js'],
  ])('of %s is %s', (specifier, name) => {
    expect(packageName(specifier)).toBe(name);
  });
});

describe('isFresh', () => {
  /** @type {string} */
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'larder-bundle-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'src/a.ts'), 'export {};');
    recordSources(join(folder, 'dist'), 'settings', [join(folder, 'src/a.ts')]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds while sources and settings stay the same', () => {
    expect(isFresh(join(folder, 'dist'), 'settings')).toBe(true);
  });

  it.each([
    ['a source changed', () => writeFileSync(join(folder, 'src/a.ts'), 'export const a = 1;')],
    ['a source is gone', () => rmSync(join(folder, 'src/a.ts'))],
    ['the manifest beside it changed', () => writeFileSync(join(folder, 'package.json'), '{"a":1}')],
    ['there is no bundle', () => rmSync(join(folder, 'dist'), { recursive: true })],
  ])('ends when %s', (_case, change) => {
    change();
    expect(isFresh(join(folder, 'dist'), 'settings')).toBe(false);
  });

  it('ends when the settings change', () => {
    expect(isFresh(join(folder, 'dist'), 'other settings')).toBe(false);
  });
});

describe('firstDocLine', () => {
  it.each([
    ['// One entity.\n// More.\nimport x', 'One entity.'],
    ['/** One entity. */\nimport x', 'One entity.'],
    ['/**\n * One entity,\n * and more.\n */', 'One entity,'],
    ['import x;\n// later', ''],
  ])('of %j is %j', (source, line) => {
    expect(firstDocLine(source)).toBe(line);
  });
});
