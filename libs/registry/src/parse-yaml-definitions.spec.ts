import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compileDefinitions } from './compile-definitions.js';
import { objects, project } from './every-feature.fixture.js';
import { parseYamlDefinitions } from './parse-yaml-definitions.js';
import { definitionsArbitrary, problemsOf } from './small-project.fixture.js';
import type { Definitions, FeatureViewDefinition, SourceSpec } from './snapshot.js';

const yaml = readFileSync(new URL('../testdata/every-feature.yaml', import.meta.url), 'utf8');

const small = `project: small
entities:
  user: { joinKeys: { user_id: string } }
sources:
  events: { parquet: data/*.parquet, eventTime: at }
featureViews:
  taste:
    entities: [user]
    source: events
    features: { genre: string }
    cadence: { every: 1h }
`;

/** Problems of a text, each as `line path: message`. */
function problems(text: string): string[] {
  const lines: string[] = [];
  try {
    parseYamlDefinitions(text, 'x.yaml');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    lines.push(...message.split('\n').slice(1));
  }
  return lines.map((line) => line.trim().replace(/^x\.yaml:? ?/, ''));
}

const view = (fields: string): string => small.replace('    cadence: { every: 1h }\n', `    ${fields}\n`);
const feature = (text: string): string => small.replace('{ genre: string }', `{ genre: ${text} }`);

describe('parseYamlDefinitions', () => {
  it('compiles to the identical document as the TypeScript form', () => {
    const fromTypeScript = compileDefinitions({ project, objects });
    expect(parseYamlDefinitions(yaml)).toStrictEqual(fromTypeScript);
    expect(fromTypeScript.featureViews).toHaveLength(6);
  });

  it('can say whatever a document says', () => {
    fc.assert(
      fc.property(definitionsArbitrary, (definitions) => {
        expect(parseYamlDefinitions(JSON.stringify(toYamlForm(definitions)))).toStrictEqual(definitions);
      }),
      { numRuns: 40 },
    );
  });

  it('reads a project of nothing', () => {
    expect(parseYamlDefinitions('project: p\nentities:\n')).toMatchObject({ project: 'p', entities: [] });
  });

  it.each([
    ['null', 'null'],
    ['"null"', 'null'],
    ['fail', 'fail'],
  ])('reads onStale: %s as the rule of that name', (text, rule) => {
    expect(
      parseYamlDefinitions(view(`{ cadence: push, onStale: ${text} }`.slice(2, -2).replace(', ', '\n    '))),
    ).toMatchObject({
      featureViews: [{ onStale: rule }],
    });
  });

  it('keeps every digit of an integer', () => {
    const compiled = parseYamlDefinitions(feature('{ type: int64, default: -9223372036854775808 }'));
    expect(compiled.featureViews[0]?.features[0]?.default).toBe('-9223372036854775808');
  });

  it.each<[string, string, (string | RegExp)[]]>([
    ['an empty text', '', ['(document): expected a mapping with a project']],
    ['a list', '- a', ['(document): expected a mapping with a project']],
    [
      'no project, beside other problems',
      'entities: { Bad: { joinKeys: { a: string } } }',
      [/^project: is missing; expected a name$/, /^1 entities\.Bad: "Bad" is not a name/],
    ],
    ['a number as project', 'project: 1', ['1 project: is missing; expected a name']],
    ['broken syntax', 'project: [', [/^1 \(syntax\): /]],
    ['a key twice', 'project: a\nproject: b', [/^2 \(syntax\): Map keys must be unique/]],
    ['two documents', 'project: a\n---\nproject: b', [/^2 \(syntax\): Source contains multiple documents/]],
    ['an unknown tag', 'project: !env NAME', [/^1 \(syntax\): Unresolved tag: !env/]],
    ['an unknown field', 'project: p\nviews: {}', ['2 views: is no known field']],
    ['a section that is none', 'project: p\nentities: [user]', ['2 entities: expected a mapping from names']],
    ['__proto__ as a name', 'project: p\nentities:\n  __proto__: {}', [/^2 entities: __proto__ cannot be a key/]],
    ['an unknown type', feature('text'), [/^10 featureViews\.taste\.features\.genre: unknown type "text"; expected/]],
    [
      'an unknown field of a feature',
      feature('{ type: string, colum: x }'),
      ['10 featureViews.taste.features.genre.colum: is no known field'],
    ],
    [
      'two aggregates in one',
      feature("{ count: '*', mean: x, window: 1h }"),
      ['10 featureViews.taste.features.genre.mean: is no known field'],
    ],
    [
      'an aggregate without a window',
      feature("{ count: '*' }"),
      [/^10 featureViews\.taste\.features\.genre\.window: not a duration: undefined/],
    ],
    [
      'an unknown window',
      feature("{ count: '*', window: { hopping: 1h } }"),
      [
        /window\.tumbling: not a duration/,
        /^10 featureViews\.taste\.features\.genre\.window\.hopping: is no known field/,
      ],
    ],
    [
      'a list of lists',
      feature('{ lastN: x, type: list<string>, n: 3, window: lifetime }'),
      [/^10 featureViews\.taste\.features\.genre\.type: /],
    ],
    [
      'a count of something',
      feature('{ count: x, window: 1h }'),
      ['10 featureViews.taste.features.genre.count: expected "*": count counts rows'],
    ],
    [
      'a duration in seconds',
      view('cadence: { every: 3600 }'),
      [/^11 featureViews\.taste\.cadence\.every: not a duration: 3600; expected a whole number and a unit/],
    ],
    [
      'an unknown cadence',
      view('cadence: hourly'),
      [/^11 featureViews\.taste\.cadence: expected push, \{ every: 1h \}/],
    ],
    [
      'an empty onStale',
      view('cadence: push\n    onStale:'),
      [/^12 featureViews\.taste\.onStale: expected one of "flag"\|"null"\|"default"\|"fail"$/],
    ],
    [
      'a word of another spelling',
      view('cadence: push\n    accuracy: Snapshot'),
      [/^12 featureViews\.taste\.accuracy: expected one of "temporal"\|"snapshot"$/],
    ],
    [
      'a boolean of YAML 1.1',
      view('cadence: push\n    online: yes'),
      ['12 featureViews.taste.online: expected boolean, received string'],
    ],
    [
      'a source of no kind',
      small.replace('parquet:', 'csv:'),
      ['5 sources.events: expected one of the fields parquet, sql and push'],
    ],
    [
      'a reference with two colons',
      `${small}featureServices: { s: ['taste:genre:x'] }`,
      ['12 featureServices.s.features.0: not a feature reference; expected view or view:feature'],
    ],
    [
      'a reference without a feature',
      `${small}featureServices:\n  s:\n    features:\n      - 'taste:'`,
      ['15 featureServices.s.features.0: not a feature reference; expected view or view:feature'],
    ],
    [
      'an integer that is no int64',
      feature('{ type: int64, default: 9223372036854775808 }'),
      ['10 featureViews.taste.features.genre.default: "9223372036854775808" is no int64'],
    ],
    [
      'a nesting without end',
      '['.repeat(10_000),
      [/^1 \(syntax\): Maximum call stack/, /sufficiently indented/, /must end with a \]/],
    ],
    [
      'a deep nesting',
      `project: ${'['.repeat(100)}${']'.repeat(100)}`,
      ['(document): is nested deeper than 64 levels'],
    ],
  ])('refuses %s', (_what, text, expected) => {
    expect(problems(text)).toEqual(
      expected.map((each) => (typeof each === 'string' ? each : (expect.stringMatching(each) as string))),
    );
  });

  it('refuses a text that aliases would blow up', () => {
    const bomb = ['project: p', 'a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de']) bomb.push(`${to}: &${to} [${`*${from}, `.repeat(10)}]`);
    expect(problems(bomb.join('\n'))).toEqual([expect.stringMatching(/^\(document\): Excessive alias count/)]);
  });

  it('refuses a text of more than 5 million characters', () => {
    expect(problemsOf(() => parseYamlDefinitions(`#${'x'.repeat(5_000_000)}`))).toEqual([
      '(document): is longer than 5000000 characters',
    ]);
  });

  it('reports malformed objects, broken references and broken rules of the whole file at once, each with its line', () => {
    const text = `
project: Small
entities:
  user: { joinKeys: { user_id: text } }
  item: { joinKeys: { item_id: int64 } }
featureViews:
  taste:
    entities: [user, itm]
    source: events
    features: { genre: string }
    cadence: { cron: '0 0 5 * * *' }
  other:
    entities: [user]
    features: {}
featureServices:
  s: [taste:gnre, other, othr]
`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^4 entities\.user\.joinKeys\.user_id: expected one of "bool"/),
      '12 featureViews.other.source: is missing; expected string',
      expect.stringMatching(/^12 featureViews\.other\.cadence: expected push/),
      expect.stringMatching(/^2 project: "Small" is not a project name/),
      '8 featureViews.taste.entities: unknown entity itm; did you mean item?',
      '9 featureViews.taste.source: unknown source events',
      expect.stringMatching(/^11 featureViews\.taste\.cadence: not a cron expression/),
      '16 featureServices.s.features: unknown feature taste:gnre; did you mean taste:genre?',
      '16 featureServices.s.features: unknown feature view othr; did you mean other?',
    ]);
  });
});

function toYamlForm({ project: name, entities, sources, featureViews, featureServices }: Definitions): unknown {
  const byName = <T extends { name: string }>(objects: readonly T[], convert: (object: T) => unknown) =>
    Object.fromEntries(objects.map((each) => [each.name, convert(each)]));
  return {
    project: name,
    entities: byName(entities, ({ joinKeys }) => ({ joinKeys: byName(joinKeys, ({ type }) => type) })),
    sources: byName(sources, sourceToYaml),
    featureViews: byName(featureViews, viewToYaml),
    featureServices: byName(featureServices, ({ views }) =>
      views.map(({ view: of, alias, joinKeys, features }) => ({ view: of, as: alias, joinKeys, features })),
    ),
  };
}

function sourceToYaml(source: SourceSpec): unknown {
  const { kind, name: _name, ...rest } = source;
  if (kind === 'push') return { push: { history: source.history } };
  if (kind === 'parquet') return { ...rest, parquet: source.path, path: undefined };
  return { ...rest, sql: source.query, query: undefined };
}

function viewToYaml({ features, cadence, ttlSeconds, ...rest }: FeatureViewDefinition): unknown {
  const { name: _name, computation: _computation, delaySeconds: _delay, ...fields } = rest;
  return {
    ...fields,
    features: Object.fromEntries(
      features.map(({ name, type, default: byDefault, compute }) => [
        name,
        { type, default: byDefault, column: compute.column },
      ]),
    ),
    cadence: cadence.kind === 'every' ? { every: `${cadence.seconds}s` } : 'push',
    ttl: `${ttlSeconds}s`,
  };
}
