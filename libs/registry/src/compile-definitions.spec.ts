import fc from 'fast-check';
import type { DefinitionObject } from './compile-definitions.js';
import { compileDefinitions, isDefinitionObject } from './compile-definitions.js';
import { definition } from './definitions.js';
import * as everyFeature from './every-feature.fixture.js';
import {
  alias,
  count,
  entity,
  every,
  featureService,
  featureView,
  float64,
  int64,
  json,
  list,
  parquet,
  push,
  sqlSource,
  string,
  sum,
} from './index.js';
import { problemsOf } from './small-project.fixture.js';

const user = entity('user', { joinKeys: { user_id: string() } });
const events = parquet('data/events/*.parquet', { eventTime: 'at' });
const base = { entities: [user], source: events, features: { genre: string() }, cadence: every('1h') } as const;
const view = featureView('taste', base);

const compile = (...objects: readonly DefinitionObject[]) => compileDefinitions({ project: 'p', objects });
const problems = (...objects: readonly DefinitionObject[]): string[] => problemsOf(() => compile(...objects));

/** Options that the compiler would refuse, but for the spread. */
const misspelt = {
  window: { windw: '1d' },
  ttl: { tll: '6h' },
  joinKeys: { joinkeys: {} },
  owner: { items: 1, onwer: 'x' },
};

/** As a bundle without a type check would build it. */
function untyped(input: object): DefinitionObject {
  return { [definition]: input } as DefinitionObject;
}

describe('compileDefinitions', () => {
  it('finds what the listed objects refer to', () => {
    const flights = sqlSource('flights', { query: 'FROM {events}', reads: [events], eventTime: 'at' });
    const clicks = push('clicks', { history: events });
    const service = featureService('s', [
      view.genre,
      featureView('derived', { ...base, source: flights }),
      alias(featureView('clicked', { ...base, source: clicks }), 'role', { joinKeys: {} }),
    ]);
    const { entities, sources, featureViews } = compile(service);
    expect(entities.map(({ name }) => name)).toEqual(['user']);
    expect(sources.map(({ name }) => name)).toEqual(['clicks', 'events', 'flights']);
    expect(featureViews.map(({ name }) => name)).toEqual(['clicked', 'derived', 'taste']);
  });

  it('gives the same document for the same objects in any order and number', () => {
    const all = Object.values(everyFeature).filter(isDefinitionObject);
    const { project } = everyFeature;
    const expected = compileDefinitions({ project, objects: everyFeature.objects });
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (some) => {
        expect(compileDefinitions({ project, objects: [...some, ...everyFeature.objects] })).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('shares nothing with the objects it read', () => {
    const tags = { a: 'b' };
    const value = { sizes: [1] };
    const compiled = compile(featureView('v', { ...base, tags, features: { a: json({ default: value }) } }));
    tags.a = 'changed';
    value.sizes.push(2);
    expect(compiled.featureViews[0]).toMatchObject({ tags: { a: 'b' }, features: [{ default: { sizes: [1] } }] });
  });

  it('takes equal copies of an object, as two bundles have them, for one', () => {
    const copy = entity('user', { joinKeys: { user_id: string() } });
    expect(compile(view, featureView('other', { ...base, entities: [copy] })).entities).toHaveLength(1);
  });

  it('refuses two different objects of one name', () => {
    const other = entity('user', { joinKeys: { user_id: int64() } });
    const elsewhere = parquet('elsewhere/events/*.parquet', { eventTime: 'at' });
    expect(problems(view, featureView('other', { ...base, entities: [other], source: elsewhere }))).toEqual([
      'entities.user: is defined twice, differently; names are unique in a project',
      'sources.events: is defined twice, differently; names are unique in a project',
    ]);
  });

  it('reports everything at once: durations, options, defaults, references and rules', () => {
    const wrong = featureView('wrong', {
      ...base,
      features: {
        a: count({ window: '0d', ...misspelt.window }),
        b: sum('x', float64({ default: 1 }), { window: '1d', default: 0.5 }),
        c: list(string({ description: 'x' })),
        user_id: string(),
      },
      cadence: every('1.5h'),
      ttl: '-6h',
      delay: '1e3s',
      ...misspelt.ttl,
    });
    const service = featureService('s', [alias(wrong, 'Role', { joinKeys: {}, ...misspelt.joinKeys })], {
      owner: 'x',
      ...misspelt.owner,
    });
    const found = problems(service, entity('keyed', { joinKeys: { id: string({ column: 'ID' }) } }));
    expect(found).toEqual([
      'featureServices.s.onwer: is no known option; did you mean owner?',
      'featureServices.s.features.0.joinkeys: is no known option; did you mean joinKeys?',
      'featureViews.wrong.tll: is no known option; did you mean ttl?',
      'featureViews.wrong.features.a.windw: is no known option; did you mean window?',
      expect.stringMatching(/^featureViews\.wrong\.features\.a\.window: not a duration: "0d"/),
      expect.stringMatching(/^featureViews\.wrong\.features\.b\.default: has no effect inside the type/),
      expect.stringMatching(/^featureViews\.wrong\.features\.c\.description: has no effect inside the type/),
      expect.stringMatching(/^featureViews\.wrong\.ttl: not a duration: "-6h"/),
      expect.stringMatching(/^featureViews\.wrong\.cadence: not a duration: "1\.5h"/),
      expect.stringMatching(/^featureViews\.wrong\.delay: not a duration: "1e3s"/),
      expect.stringMatching(/^entities\.keyed\.joinKeys\.id\.column: a join key has no options/),
      expect.stringMatching(/^featureViews\.wrong\.features\.c: is a plain column in a view with windows/),
      'featureViews.wrong.features.user_id: has the name of the join key user_id',
      expect.stringMatching(/^featureViews\.wrong\.features\.user_id: is a plain column in a view with windows/),
      expect.stringMatching(/^featureServices\.s\.Role: "Role" is not a name/),
    ]);
  });

  it('refuses a list of lists', () => {
    const nested = list(list(string()));
    expect(problems(featureView('v', { ...base, features: { a: nested } }))).toEqual([
      expect.stringMatching(/^featureViews\.v\.features\.a\.type: unknown type "list<list<string>>"/),
    ]);
  });

  it('keeps a number that JSON has no word for', () => {
    const compiled = compile(featureView('v', { ...base, features: { a: float64({ default: Number.NaN }) } }));
    expect(compiled.featureViews[0]?.features[0]?.default).toBe('NaN');
  });

  it.each<[string, object, RegExp]>([
    [
      'an import that is not there yet',
      { ...base, entities: [undefined] },
      /^featureViews\.v\.entities\.0: expected an entity, got undefined \(do two/,
    ],
    [
      'a view as entity',
      { ...base, entities: [view] },
      /^featureViews\.v\.entities\.0: expected an entity, got the featureView taste$/,
    ],
    [
      'an entity as source',
      { ...base, source: user },
      /^featureViews\.v\.source: expected a source, got the entity user$/,
    ],
    ['no source', { ...base, source: null }, /^featureViews\.v\.source: expected a source, got null$/],
    ['one entity without its list', { ...base, entities: user }, /^featureViews\.v\.entities: expected a list$/],
    ['no features', { ...base, features: undefined }, /^featureViews\.v\.features: is missing or no object$/],
    ['no cadence', { ...base, cadence: undefined }, /^featureViews\.v\.cadence: is missing or no object$/],
    ['a cadence in words', { ...base, cadence: 'every 1h' }, /^featureViews\.v\.cadence: is missing or no object$/],
    ['a feature in words', { ...base, features: { a: 'int64' } }, /^featureViews\.v\.features\.a: expected a column/],
    [
      'an aggregate without options',
      { ...base, features: { a: { kind: 'aggregate' } } },
      /^featureViews\.v\.features\.a: expected a column/,
    ],
    [
      'an aggregate with an unknown option',
      { ...base, features: { a: count({ window: '1h', fliter: 'x' } as { window: '1h' }) } },
      /^featureViews\.v\.features\.a\.fliter: is no known option; did you mean filter\?$/,
    ],
    [
      'a tumbling window without a duration',
      { ...base, features: { a: count({ window: { tumbling: 'day' as '1d' } }) } },
      /^featureViews\.v\.features\.a\.window: not a duration: "day"/,
    ],
    ['a filter that is no text', { ...base, filter: 1 }, /^featureViews\.v\.filter: expected string, received number$/],
    [
      'an unknown accuracy',
      { ...base, accuracy: 'exact' },
      /^featureViews\.v\.accuracy: expected one of "temporal"\|"snapshot"$/,
    ],
    ['a ttl in seconds', { ...base, ttl: 60 }, /^featureViews\.v\.ttl: not a duration: 60; expected/],
  ])('reports %s', (_what, options, message) => {
    const input = untyped({ ...options, kind: 'featureView', name: 'v' });
    expect(problems(input)[0]).toMatch(message);
  });

  it('does not report what follows from a problem', () => {
    const broken = untyped({ ...base, kind: 'featureView', name: 'v', features: 1 });
    const service = untyped({ kind: 'featureService', name: 's', items: [broken] });
    expect(problems(service)).toEqual(['featureViews.v.features: is missing or no object']);
  });

  it('reports an object that is none', () => {
    expect(problems(untyped({}), view)).toEqual([
      expect.stringMatching(/^objects\.0: expected a definition object, got a/),
    ]);
  });

  it('names a Parquet source that needs a name', () => {
    expect(problems(parquet('*.parquet', { eventTime: 'at' }))).toEqual([
      expect.stringMatching(/^sources\..*: .* is not a name.*; set the name of the source$/),
    ]);
  });
});

describe('isDefinitionObject', () => {
  it('tells definitions from everything else a module exports', () => {
    expect([user, events, view, view.genre, featureService('s', [view])].every(isDefinitionObject)).toBe(true);
    expect([null, undefined, 'user', {}, () => user, every('1h'), string()].some(isDefinitionObject)).toBe(false);
  });
});
