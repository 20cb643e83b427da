import { activity, genre, item, score, small, taste, user, watches } from './small-project.fixture.js';
import type { AggregateFeature, Definitions, FeatureSpec, FeatureViewDefinition } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';
import type { ValueTypeName } from './value-type.js';

/** Problems of a view in place of the fixture's, without the fixture's name before each. */
function problems(view: FeatureViewDefinition, change: Partial<Definitions> = {}): string[] {
  const found = validateDefinitions({ ...small, featureServices: [], ...change, featureViews: [view] });
  return found.map(({ path, message }) => `${path.replace(`featureViews.${view.name}.`, '')}: ${message}`);
}

function withFeature(change: Partial<FeatureSpec>): FeatureViewDefinition {
  return { ...taste, features: [{ ...genre, ...change }] };
}

function withWindow(change: Partial<AggregateFeature>, feature: Partial<FeatureSpec> = {}): FeatureViewDefinition {
  const compute = { kind: 'aggregate', function: 'count', windowSeconds: 60, ...change } as const;
  return { ...activity, features: [{ ...watches, ...feature, compute }] };
}

describe('validateFeatureView', () => {
  it.each<[string, Partial<FeatureViewDefinition>]>([
    ['a push cadence over files', { cadence: { kind: 'push' } }],
    ['a filter', { filter: "genre = 'a;b'" }],
    ['a delay and snapshot accuracy', { accuracy: 'snapshot', delaySeconds: 60 }],
    ['defaults where stale values become defaults', { onStale: 'default', features: [{ ...genre, default: '' }] }],
    ['the greatest ttl', { ttlSeconds: 36_600 * 86_400 }],
  ])('accepts %s', (_what, change) => {
    expect(problems({ ...taste, ...change })).toEqual([]);
  });

  it.each<[Partial<FeatureViewDefinition>, string[]]>([
    [{ name: 'Taste' }, [expect.stringMatching(/^featureViews\.Taste: "Taste" is not a name/)]],
    [{ entities: [] }, ['entities: a feature view needs at least one entity']],
    [{ entities: ['usr'] }, ['entities: unknown entity usr; did you mean user?']],
    [{ entities: ['user', 'user'] }, ['entities: user is listed twice']],
    [{ source: 'event' }, ['source: unknown source event; did you mean events?']],
    [{ features: [] }, ['features: a feature view needs at least one feature']],
    [{ features: [genre, genre] }, ['features.genre: is defined twice']],
    [
      { features: [genre, { ...genre, name: 'gen_re' }] },
      ['features.gen_re: differs from genre only by underscores; give one of them another name'],
    ],
    [{ features: [{ ...genre, name: 'user_id' }] }, ['features.user_id: has the name of the join key user_id']],
    [{ filter: 'a = 1; --' }, [expect.stringMatching(/^filter: contains ";"/), 'filter: contains a comment']],
    [{ ttlSeconds: 36_600 * 86_400 + 1 }, ['ttl: is longer than 100 years']],
    [{ delaySeconds: 1e12 }, ['delay: is longer than 100 years']],
    [{ cadence: { kind: 'every', seconds: 0.5 } }, [expect.stringMatching(/^cadence: every needs a whole number/)]],
    [
      { cadence: { kind: 'cron', expression: '0 0 5 * * *', timeZone: 'UTC' } },
      [expect.stringMatching(/^cadence: not a cron expression: "0 0 5 \* \* \*"; expected five fields/)],
    ],
    [
      { cadence: { kind: 'cron', expression: '0 5 * * *', timeZone: 'Berlin' } },
      [expect.stringMatching(/^cadence: unknown time zone "Berlin"/)],
    ],
    [
      { cadence: { kind: 'push' }, source: 'derived', accuracy: 'snapshot' },
      [
        'cadence: a SQL source has no events of its own; use every or cron',
        'accuracy: snapshot needs a cadence with ticks; use every or cron',
      ],
    ],
    [{ onStale: 'default' }, ['onStale: default needs a default on every feature']],
    [
      { computation: 'windows' },
      expect.arrayContaining([expect.stringMatching(/^features\.genre: is a plain column/)]),
    ],
    [{ features: [genre, watches] }, [expect.stringMatching(/^features\.watches: is an aggregate in a view/)]],
  ])('refuses %j', (change, expected) => {
    expect(problems({ ...taste, ...change })).toEqual(expected);
  });

  it('refuses two entities with one join key', () => {
    const twin = { ...user, name: 'twin' };
    expect(problems({ ...taste, entities: ['user', 'twin'] }, { entities: [item, twin, user] })).toEqual([
      'entities: join key user_id comes from two entities',
    ]);
  });
});

describe('validateFeature', () => {
  it.each<[Partial<FeatureSpec>, string[]]>([
    [{ name: 'a__b' }, [expect.stringMatching(/^features\.a__b: .*separates view and feature/)]],
    [{ name: 'event_timestamp' }, [expect.stringMatching(/^features\.event_timestamp: .*is reserved/)]],
    [{ type: 'int' as ValueTypeName }, ['features.genre.type: unknown type int']],
    [
      { type: 'list<list<int64>>' as ValueTypeName, default: [] },
      ['features.genre.type: unknown type list<list<int64>>'],
    ],
    [{ type: 'constructor' as ValueTypeName, default: 1 }, ['features.genre.type: unknown type constructor']],
    [{ default: 1 }, ['features.genre.default: 1 is no string']],
    [{ default: null }, [expect.stringMatching(/^features\.genre\.default: null is what/)]],
    [{ type: 'int32', default: 2 ** 31 }, ['features.genre.default: 2147483648 is no int32']],
    [{ type: 'date', default: '0000-01-01' }, ['features.genre.default: "0000-01-01" is no date']],
    [{ compute: { kind: 'column', column: ' ' } }, ['features.genre.column: a column has a name']],
  ])('refuses %j', (change, expected) => {
    expect(problems(withFeature(change))).toEqual(expected);
  });

  it.each<[string, Partial<AggregateFeature>, Partial<FeatureSpec>]>([
    ['count', {}, {}],
    ['sum', { function: 'sum', column: 'a' }, { type: 'float64' }],
    ['mean', { function: 'mean', column: 'a' }, { type: 'float64' }],
    ['min', { function: 'min', column: 'a' }, { type: 'timestamp' }],
    ['max', { function: 'max', column: 'a', windowSeconds: 36_600 * 86_400 }, { type: 'string' }],
    ['a filter', { filter: "genre = 'a;b'" }, {}],
    ['a tumbling window', { windowKind: 'tumbling' }, {}],
    ['a list of anything', { function: 'lastN', column: 'a', limit: 1000 }, { type: 'list<json>' }],
    ['the first of anything', { function: 'first', column: 'a' }, { type: 'list<string>' }],
    ['a quantile', { function: 'quantile', column: 'a', quantiles: [1] }, { type: 'float64' }],
    ['quantiles', { function: 'quantile', column: 'a', quantiles: [0, 0.5] }, { type: 'list<float64>' }],
  ])('accepts %s', (_what, compute, feature) => {
    expect(problems(withWindow(compute, feature))).toEqual([]);
  });

  it.each<[Partial<AggregateFeature>, Partial<FeatureSpec>, string[]]>([
    [{ windowSeconds: 0 }, {}, ['features.watches.window: a window is a second to 100 years long']],
    [{ windowSeconds: 1.5 }, {}, ['features.watches.window: a window is a second to 100 years long']],
    [{ windowSeconds: 1e10 }, {}, ['features.watches.window: a window is a second to 100 years long']],
    [{ windowKind: 'lifetime' }, {}, ['features.watches.window: a lifetime has no length']],
    [{ column: 'a' }, {}, ['features.watches.column: count counts rows and has no column']],
    [{ limit: 3 }, {}, ['features.watches.n: count gives no list of a chosen length']],
    [{ quantiles: [0.5] }, {}, ['features.watches.q: count has no quantiles']],
    [{ filter: 'a > 1; DROP' }, {}, [expect.stringMatching(/^features\.watches\.filter: contains ";"/)]],
    [
      { function: 'lastN', column: 'a', limit: 1001 },
      { type: 'list<string>' },
      ['features.watches.n: expected a whole number, 1 to 1000'],
    ],
    [
      { function: 'topK', column: 'a' },
      { type: 'list<float64>' },
      [
        expect.stringMatching(/^features\.watches\.type: topK gives/),
        'features.watches.k: expected a whole number, 1 to 1000',
      ],
    ],
    [
      { function: 'quantile', column: 'a', quantiles: [0.5, 0.9] },
      { type: 'float64' },
      ['features.watches.q: expected a number from 0 to 1'],
    ],
    [
      { function: 'quantile', column: 'a', quantiles: [1.5] },
      { type: 'list<float64>' },
      ['features.watches.q: expected 1 to 100 numbers from 0 to 1'],
    ],
    [{ function: 'stddev', column: 'a' }, {}, ['features.watches.type: stddev gives float64, not int64']],
    [{ function: 'mean' }, { type: 'float64' }, ['features.watches.column: mean needs a column']],
    [{}, { type: 'int32' }, ['features.watches.type: count gives int64, not int32']],
    [
      { function: 'sum', column: 'a' },
      { type: 'decimal' },
      ['features.watches.type: sum gives int64 or float64, not decimal'],
    ],
    [
      { function: 'max', column: 'a' },
      { type: 'json' },
      [expect.stringMatching(/^features\.watches\.type: max gives/)],
    ],
  ])('refuses the aggregate %j of %j', (compute, feature, expected) => {
    expect(problems(withWindow(compute, feature))).toEqual(expected);
  });

  it('keeps the features it knows good', () => {
    expect(problems({ ...taste, features: [genre, score] })).toEqual([]);
  });
});
