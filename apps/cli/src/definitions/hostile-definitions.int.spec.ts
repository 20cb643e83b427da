import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { loadDefinitions } from '../load-definitions.js';
import { writeFeatures } from './definition-project.fixture.js';

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await folder.close();
});

const HEAD = "export const project = 'hostile';\n";
const USER = "export const user = larder.entity('user', { joinKeys: { user_id: larder.string() } });\n";

describe('a definition file', () => {
  it.each([
    ['loops for ever', 'for (;;) {}', 'still running 1 s'],
    ['waits for ever', 'setInterval(() => {}, 1000); await new Promise(() => {});', 'still running 1 s'],
    ['waits for what never comes', 'await new Promise(() => {});', 'waits for what never comes'],
    ['throws', "throw new TypeError('not today');", 'throws when it is loaded: not today'],
    ['throws no error', "throw 'text';", 'throws when it is loaded: text'],
    ['ends the process', 'process.exit(0);', 'ends the process'],
    [
      'nests without end',
      'let deep: object = {}; for (let i = 0; i < 1e6; i++) deep = { deep }; export { deep };',
      'throws',
    ],
  ])('that %s is refused with a clear error', async (_what, code, message) => {
    await writeFeatures(folder.path, HEAD + USER + code);
    const seconds = message === 'still running 1 s' ? 1 : 60;
    await expect(loadDefinitions(folder.path, undefined, { seconds })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(new RegExp(`features\\.ts.*${message}`)),
    });
  });

  it('that eats memory is refused', async () => {
    await writeFeatures(
      folder.path,
      `${HEAD}${USER}const all: unknown[] = []; for (;;) all.push(new Array(1000).fill({}));`,
    );
    await expect(loadDefinitions(folder.path, undefined, { megabytes: 48 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('needs more than 48 MB'),
    });
  });

  it('prints nothing to the command’s own output', async () => {
    await writeFeatures(folder.path, `${HEAD}${USER}console.log('printed');`);
    let printed = '';
    await loadDefinitions(folder.path, undefined, { print: (text) => (printed += text) });
    expect(printed).toBe('printed\n');
  });

  it.each([
    [
      'circular tags',
      'const tags: any = {}; tags.self = tags;',
      '{ joinKeys: { id: larder.string() }, tags }',
      'circular',
    ],
    ['a prototype as options', '', 'JSON.parse(\'{"__proto__": {"joinKeys": {}}}\')', '__proto__'],
    [
      'a prototype key in tags',
      '',
      '{ joinKeys: { id: larder.string() }, tags: JSON.parse(\'{"__proto__": "x"}\') }',
      '__proto__',
    ],
    ['constructor as a join key of no type', '', '{ joinKeys: { constructor: larder.string } }', 'constructor'],
    ['a function for keys', '', '{ joinKeys: () => 1 }', 'joinKeys'],
    ['a getter that throws', '', "{ joinKeys: { get id(): never { throw new Error('gotcha'); } } }", 'gotcha'],
  ])('with %s is refused by name', async (_what, before, options, message) => {
    await writeFeatures(
      folder.path,
      `${HEAD}${before}\nexport const user = larder.entity('user', ${options} as any);\n`,
    );
    await expect(loadDefinitions(folder.path)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    });
    expect(({} as Record<string, unknown>)['joinKeys']).toBeUndefined();
  });
});

describe('a YAML file', () => {
  const entity = '  user: { joinKeys: { user_id: string } }\n';
  it.each([
    ['of 10 MB', () => `project: big\nentities:\n${entity}# ${'x'.repeat(10_000_000)}\n`, 'longer than'],
    ['of 30 MB', () => '#'.repeat(30_000_000), 'expected at most'],
    ['with an alias bomb', aliasBomb, 'alias'],
    ['with a prototype key', () => `project: p\nentities:\n  __proto__: { joinKeys: { a: string } }\n`, '__proto__'],
    [
      'with a prototype key inside',
      () => `project: p\nentities:\n  user: { joinKeys: { __proto__: string } }\n`,
      '__proto__',
    ],
    [
      'with a constructor of no type',
      () => `project: p\nentities:\n  user: { joinKeys: { constructor: toString } }\n`,
      'constructor',
    ],
    ['nested deeply', () => `project: p\nentities: ${'['.repeat(2000)}${']'.repeat(2000)}\n`, 'larder.yaml'],
    ['of no text', () => '\u0000\u0001\u0002', 'larder.yaml'],
    ['with a tag that runs code', () => 'project: !!js/function "function(){}"\n', 'larder.yaml:1'],
  ])(
    '%s is refused with a clear error, soon',
    async (_what, text, message) => {
      await writeFile(join(folder.path, 'larder.yaml'), text());
      await expect(loadDefinitions(folder.path)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(message),
      });
    },
    10_000,
  );
});

function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x]'
      : `a${level}: &a${level} [${Array(8)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  );
  return `project: bomb\n${levels.join('\n')}\n`;
}
