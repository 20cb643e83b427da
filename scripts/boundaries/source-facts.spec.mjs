import { readSourceFacts } from './source-facts.mjs';

/** @param {string} text */
const names = (text) => readSourceFacts('x.ts', text).map((fact) => fact.name);

describe('imports', () => {
  it.each([
    "import x from 'a';",
    "import type { X } from 'a';",
    "import 'a';",
    "export * from 'a';",
    "export type { X } from 'a';",
    "const x = await import('a');",
    'const x = await import(`a`);',
    "const x = require('a');",
    "const x = require.resolve('a');",
    "const x = import.meta.resolve('a');",
    "import x = require('a');",
    "type X = import('a').X;",
  ])('are found in %s', (text) => {
    expect(names(text)).toEqual(['a']);
  });

  it('are not found in comments and strings', () => {
    expect(names("// import 'a'\nconst text = \"import 'b'\";")).toEqual([]);
  });

  it('come with their line', () => {
    expect(readSourceFacts('x.ts', "\n\nimport 'a';")).toEqual([{ kind: 'import', name: 'a', line: 3 }]);
  });
});

describe('uses', () => {
  it.each([
    ['const x = process.env.HOME;', ['process.env']],
    ["const x = process['env'];", ['process.env']],
    ['const { env } = process;', ['process']],
    ['const x = { process };', ['process']],
    ['const x = globalThis.process.env;', ['process.env']],
    ['process.exit(1);', ['process.exit']],
    ['const t = Date.now();', ['Date.now']],
    ['const clock = Date.now;', ['Date.now']],
    ['const t = new Date();', ['new Date()']],
    ['const t = new Date;', ['new Date()']],
    ['const t = Date();', ['Date()']],
    ['const t = performance.now();', ['performance.now']],
    ['setTimeout(f, 1);', ['setTimeout']],
    ['await fetch(url);', ['fetch']],
    ['const r = Math.random();', ['Math.random']],
    ['const x = y as unknown as Z;', ['as unknown as']],
  ])('are found in %s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each([
    'const t = new Date(0);',
    'const t = Date.parse(text);',
    'store.fetch(key);',
    'class Store { fetch() {} }',
    'interface Env { process: string }',
    'const x = { performance: 1 };',
    'type P = typeof process;',
    'const x = y as unknown;',
    'const n = Math.floor(1.5);',
  ])('are not found in %s', (text) => {
    expect(names(text)).toEqual([]);
  });
});
