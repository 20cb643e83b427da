import fc from 'fast-check';
import { compileDefinitions } from './compile-definitions.js';
import { objects, project } from './every-feature.fixture.js';
import { parseDefinitions } from './parse-definitions.js';
import { definitionsArbitrary, problemsOf, small, taste, user } from './small-project.fixture.js';

const problems = (input: unknown): string[] => problemsOf(() => parseDefinitions(input));

describe('parseDefinitions', () => {
  it('reads what compiling writes, through JSON text', () => {
    const compiled = compileDefinitions({ project, objects });
    expect(parseDefinitions(JSON.parse(JSON.stringify(compiled)))).toStrictEqual(compiled);
    fc.assert(
      fc.property(definitionsArbitrary, (definitions) => {
        expect(parseDefinitions(JSON.parse(JSON.stringify(definitions)))).toStrictEqual(definitions);
      }),
    );
  });

  it('puts objects and join keys in canonical order', () => {
    const keys = [...user.joinKeys, { name: 'a', type: 'int64' as const }];
    const shuffled = { ...small, entities: [{ ...user, joinKeys: keys }, ...small.entities.slice(0, 1)] };
    const { entities } = parseDefinitions(shuffled);
    expect(entities.map(({ name }) => name)).toEqual(['item', 'user']);
    expect(entities[1]?.joinKeys.map(({ name }) => name)).toEqual(['a', 'user_id']);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, '(document): is missing; expected object'],
    ['a list', [], '(document): expected object, received array'],
    ['another format', { ...small, formatVersion: 2 }, 'formatVersion: 2 is not a known format; expected 1'],
    ['an unknown field', { ...small, views: [] }, 'views: is no known field'],
    ['a missing section', { ...small, sources: undefined }, 'sources: is missing; expected array'],
  ])('refuses %s', (_what, input, problem) => {
    expect(problems(input)).toEqual([problem]);
  });

  it('reports malformed objects by name, beside the problems of the others', () => {
    const input = {
      ...small,
      entities: [{ name: 'user', joinKeys: [{ name: 'user_id', type: 'float64' }] }, ...small.entities.slice(0, 1)],
      sources: [
        { ...small.sources[0], kind: 'table' },
        { ...small.sources[1], path: 1, extra: 2 },
      ],
      featureViews: [
        {
          ...taste,
          features: [
            { ...taste.features[0], type: 'text' },
            { name: 'x', type: 'int64' },
          ],
        },
        { ...taste, name: 'other', source: 'nowhere', ttlSeconds: 60 },
        { ...taste, name: 'third', ttlSeconds: '60', cadence: { kind: 'every', seconds: 0 } },
        { features: [] },
      ],
    };
    expect(problems(input)).toEqual([
      expect.stringMatching(/^entities\.user\.joinKeys\.user_id\.type: expected one of "bool"\|/),
      expect.stringMatching(/^sources\.derived\.kind: Invalid discriminator value/),
      'sources.events.path: expected string, received number',
      'sources.events.extra: is no known field',
      expect.stringMatching(/^featureViews\.taste\.features\.genre\.type: unknown type "text"/),
      'featureViews.taste.features.x.compute: is missing; expected object',
      'featureViews.third.ttlSeconds: expected number, received string',
      expect.stringMatching(/^featureViews\.third\.cadence\.seconds: Too small/),
      'featureViews.3.name: is missing; expected string',
      expect.stringMatching(/^featureViews\.3\.entities: is missing/),
      ...Array.from({ length: 7 }, (): string => expect.stringMatching(/^featureViews\.3\./) as string),
      expect.stringMatching(/^featureViews\.other\.source: unknown source nowhere/),
    ]);
  });

  it.each(['[', '{"a":'])('refuses nesting that would exhaust the stack, of %s', (open) => {
    const deep: unknown = JSON.parse(open.repeat(5000) + '1' + (open === '[' ? ']' : '}').repeat(5000));
    expect(problems(deep)).toEqual(['(document): is nested deeper than 64 levels']);
  });

  it('refuses keys that objects take for their prototype', () => {
    const text = JSON.stringify(small).replace('"name":"taste"', '"name":"taste","tags":{"__proto__":"x"}');
    expect(problems(JSON.parse(text))).toEqual([
      expect.stringMatching(/^featureViews\.\d\.tags: __proto__ cannot be a key/),
    ]);
    const { featureViews } = parseDefinitions({
      ...small,
      featureViews: [{ ...taste, tags: { constructor: 'x' } }, small.featureViews[0]],
    });
    expect(featureViews[1]?.tags).toEqual({ constructor: 'x' });
  });

  it('throws nothing but problems, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(problems(input).length).toBeGreaterThan(0);
      }),
    );
    const change = fc.tuple(fc.constantFrom(...Object.keys(taste)), fc.jsonValue());
    fc.assert(
      fc.property(change, ([field, value]) => {
        const input = { ...small, featureViews: [{ ...taste, [field]: value }] };
        try {
          parseDefinitions(input);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        }
      }),
      { numRuns: 200 },
    );
  });
});
