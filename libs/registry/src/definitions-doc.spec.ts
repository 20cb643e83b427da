import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import * as registry from './index.js';
import type { Definitions } from './index.js';
import { buildSnapshot, compileDefinitions, isDefinitionObject, parseSnapshot, parseYamlDefinitions } from './index.js';
import { yamlFields } from './yaml-schema.js';

/** Everything that docs/formats/definitions.md shows is compiled, run and compared. */

const path = fileURLToPath(new URL('../../../docs/formats/definitions.md', import.meta.url));
const baseConfig = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));
const text = readFileSync(path, 'utf8');
const snippets = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({
  language,
  code: code ?? '',
}));
const codeOf = (language: string): string[] =>
  snippets.flatMap((each) => (each.language === language ? [each.code] : []));

describe('docs/formats/definitions.md', () => {
  it('has no snippet that is not tested', () => {
    expect(snippets.map(({ language }) => language)).toEqual(['ts', 'ts', 'yaml', 'json']);
  });

  it('shows TypeScript that the compiler accepts', () => {
    const wrong = "import { every } from '@larder/registry';\nexport const x: string = every('1x');\n";
    const errors = typeErrors([...codeOf('ts'), wrong]);
    expect(errors.slice(0, -1)).toEqual([[], []]);
    expect(errors.at(-1)).toHaveLength(2);
  });

  it('shows the same project in TypeScript, YAML and as a snapshot', () => {
    const [first = '', second = ''] = codeOf('ts');
    const [yaml = ''] = codeOf('yaml');
    const [json = ''] = codeOf('json');
    const definitions = run(first);
    expect(parseYamlDefinitions(yaml)).toStrictEqual(definitions);
    expect(parseSnapshot(JSON.parse(json))).toStrictEqual(buildSnapshot(definitions, undefined).snapshot);
    expect(run(second).featureServices.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('names every field of the YAML form', () => {
    const fields = yamlFields();
    expect(fields).toContain('trustedHistoryBefore');
    const [, table = ''] = /^### All fields\n(.*?)^## /ms.exec(text) ?? [];
    expect(fields.filter((field) => !new RegExp(`\`[^\`|]*\\b${field}\\b[^\`|]*\``).test(table))).toEqual([]);
  });

  it('names every function that definitions are written with', () => {
    const functions = [
      'entity',
      'parquet',
      'sqlSource',
      'push',
      'featureView',
      'featureService',
      'alias',
      'last',
      'every',
    ];
    const [, table = ''] = /^## TypeScript\n(.*?)^## /ms.exec(text) ?? [];
    const named = [
      ...functions,
      ...registry.SCALAR_TYPES,
      'list',
      'count',
      'sum',
      'countDistinct',
      'approxCountDistinct',
      'mean',
      'variance',
      'stddev',
      'min',
      'max',
      'first',
      'lastN',
      'topK',
      'quantile',
      'tumbling',
      'cron',
      'onPush',
    ];
    expect(named.filter((name) => !table.includes(`\`${name}(`))).toEqual([]);
  });
});

describe('docs/vocabulary.md', () => {
  it('explains each word once', () => {
    const vocabulary = readFileSync(path.replace('formats/definitions.md', 'vocabulary.md'), 'utf8');
    const [, words = ''] = /^## Words\n(.*?)^## /ms.exec(vocabulary) ?? [];
    const terms = [...words.matchAll(/^\| ([^|]+) \|/gm)].map(([, term = '']) => term).slice(1);
    expect(new Set(terms).size).toBe(terms.length);
    const required =
      'entity, join key, entity key, feature, feature view, feature service, feature reference, data source, event time, created time, ' +
      'as-of time, ttl, registry, offline store, online store, point-in-time join, spine, materialize, interval, watermark, generation, ' +
      'staleness, status';
    expect(terms).toEqual(expect.arrayContaining(required.split(', ')));
  });
});

/** Errors of each module. They lie beside the page, so that they find the library as any user's file would. */
function typeErrors(modules: readonly string[]): string[][] {
  const files = new Map(modules.map((code, index) => [path.replace('definitions.md', `snippet-${index}.ts`), code]));
  const { config } = ts.readConfigFile(baseConfig, ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, types: [], noEmit: false, declaration: true },
    path,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const code = files.get(name);
    return code === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, code, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

/** Runs a definition file as the command line does and compiles what it exports. */
function run(code: string): Definitions {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
  });
  const exports: Record<string, unknown> = {};
  const module = runInThisContext(`(function (require, exports) {${outputText}\n})`) as (
    require: () => typeof registry,
    exports: object,
  ) => void;
  module(() => registry, exports);
  const objects = Object.values(exports).filter(isDefinitionObject);
  return compileDefinitions({ project: String(exports['project']), objects });
}
