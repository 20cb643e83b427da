import { compileDefinitions } from './compile-definitions.js';
import { objects, project } from './every-feature.fixture.js';
import { item, small, user } from './small-project.fixture.js';
import type { Definitions } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';
import type { JoinKeyTypeName } from './value-type.js';

const problems = (change: Partial<Definitions>): string[] =>
  validateDefinitions({ ...small, ...change }).map(({ path, message }) => `${path}: ${message}`);

describe('validateDefinitions', () => {
  it('finds nothing in sound projects', () => {
    expect(validateDefinitions(small)).toEqual([]);
    expect(validateDefinitions(compileDefinitions({ project, objects }))).toEqual([]);
  });

  it('reports the problems of all objects at once', () => {
    const found = problems({ project: 'No', entities: [{ name: 'user', joinKeys: [] }], sources: [] });
    expect(found).toEqual([
      expect.stringMatching(/^project: "No" is not a project name/),
      'entities.user.joinKeys: an entity needs at least one join key',
      'featureViews.activity.source: unknown source events',
      'featureViews.taste.source: unknown source events',
    ]);
  });

  it.each(['entities', 'sources', 'featureViews', 'featureServices'] as const)(
    'wants unique names in %s',
    (section) => {
      const twice: Definitions = { ...small, [section]: [...small[section], ...small[section]] };
      expect(validateDefinitions(twice)).toEqual(
        expect.arrayContaining(
          small[section].map(({ name }) => ({
            path: `${section}.${name}`,
            message: 'is defined twice; names are unique in a project',
          })),
        ),
      );
    },
  );

  it('wants names that differ by more than underscores', () => {
    expect(problems({ entities: [item, user, { ...user, name: 'us_er' }] })).toEqual([
      'entities.us_er: differs from user only by underscores; give one of them another name',
    ]);
  });

  it('takes references to broken objects for good', () => {
    const broken = { entities: new Set(['user']), sources: new Set(['events']), featureViews: new Set(['taste']) };
    const rest: Definitions = { ...small, entities: [item], sources: [], featureViews: [] };
    expect(validateDefinitions(rest, broken)).toEqual([]);
    expect(validateDefinitions(rest)).not.toEqual([]);
  });
});

describe('an entity', () => {
  const entityProblems = (...joinKeys: { name: string; type: JoinKeyTypeName }[]): string[] =>
    problems({ entities: [item, user, { name: 'x', joinKeys }] });

  it('has join keys of names and types that can be keys', () => {
    expect(
      entityProblems(
        { name: 'Bad', type: 'string' },
        { name: 'event_timestamp', type: 'timestamp' },
        { name: 'ratio', type: 'float64' as JoinKeyTypeName },
      ),
    ).toEqual([
      expect.stringMatching(/^entities\.x\.joinKeys\.Bad: "Bad" is not a name/),
      expect.stringMatching(/^entities\.x\.joinKeys\.event_timestamp: event_timestamp is reserved/),
      expect.stringMatching(
        /^entities\.x\.joinKeys\.ratio: type float64 cannot identify an entity; expected one of bool/,
      ),
    ]);
  });

  it('has each join key once', () => {
    expect(entityProblems({ name: 'a', type: 'string' }, { name: 'a', type: 'int64' })).toEqual([
      'entities.x.joinKeys.a: is defined twice',
    ]);
  });
});
