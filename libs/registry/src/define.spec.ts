import {
  alias,
  count,
  definition,
  entity,
  every,
  featureView,
  int64,
  last,
  lastN,
  list,
  parquet,
  push,
  quantile,
  string,
  sum,
  topK,
} from './index.js';

const user = entity('user', { joinKeys: { user_id: string() } });

describe('parquet', () => {
  it.each([
    ['data/watch_events/*.parquet', 'watch_events'],
    ['data/Watch-Events/**/*.parquet', 'watch_events'],
    ['data/events/year=*/month=*/*.parquet', 'events'],
    ['data/events/part-[0-9].parquet', 'events'],
    ['s3://bucket/lake/users.snappy.parquet', 'users'],
    ['flights.parquet', 'flights'],
    ['data\\flights.parquet', 'flights'],
  ])('calls %s %s', (path, name) => {
    expect(parquet(path, { eventTime: 'at' })[definition]).toMatchObject({ kind: 'parquet', name, path });
  });

  it('prefers the name it is given', () => {
    expect(parquet('a/*.parquet', { eventTime: 'at', name: 'b' })[definition].name).toBe('b');
  });
});

describe('every', () => {
  it('is a cadence of seconds', () => {
    expect(every('1h')).toEqual({ kind: 'every', seconds: 3600 });
  });

  it('does not throw for what is no duration: compiling reports it with the rest', () => {
    expect(every('1.5h')).toMatchObject({ kind: 'every', seconds: Number.NaN });
  });
});

describe('featureView', () => {
  const view = featureView('v', {
    entities: [user],
    source: parquet('events.parquet', { eventTime: 'at' }),
    features: { genre: last('Genre', string()), constructor: int64() },
    cadence: every('1h'),
  });

  it('has its features as properties', () => {
    expect(Object.keys(view)).toEqual(['genre', 'constructor']);
    expect(view.genre[definition]).toMatchObject({ kind: 'feature', feature: 'genre' });
    expect(view.constructor[definition]).toMatchObject({ kind: 'feature', feature: 'constructor' });
  });

  it('keeps its kind and name whatever its options say', () => {
    const other = { kind: 'entity', name: 'other' };
    const odd = push('real', { history: parquet('a', { eventTime: 'at' }), ...other });
    expect(odd[definition]).toMatchObject({ kind: 'push', name: 'real' });
  });
});

describe('alias', () => {
  it('is one of a view', () => {
    const none = {} as ReturnType<typeof featureView>;
    expect(() => alias(none, 'a', { joinKeys: {} })).toThrow(/alias a: expected a feature view/);
  });
});

describe('columns and aggregates', () => {
  it('remember options that would have no effect', () => {
    expect(list(string({ default: 'a' })).ignoredOptions).toEqual(['default']);
    expect(sum('x', int64({ column: 'y' }), { window: '1d' }).ignoredOptions).toEqual(['column']);
    expect(count({ window: '1d' }).ignoredOptions).toBeUndefined();
  });

  it('aggregate by last with a window, and take n, k and q out of the options', () => {
    const options = { window: 'lifetime' as const, description: 'x' };
    expect(last('genre', string(), options)).toMatchObject({ kind: 'aggregate', function: 'last', options });
    const lists = [
      lastN('g', string(), { n: 3, ...options }),
      topK('g', string({ default: '' }), { k: 2, ...options }),
    ];
    expect(lists).toEqual([
      {
        kind: 'aggregate',
        function: 'lastN',
        column: 'g',
        type: 'list<string>',
        limit: 3,
        options,
        ignoredOptions: [],
      },
      {
        kind: 'aggregate',
        function: 'topK',
        column: 'g',
        type: 'list<string>',
        limit: 2,
        options,
        ignoredOptions: ['default'],
      },
    ]);
    expect(quantile('x', 0.5, options)).toMatchObject({ type: 'float64', quantiles: [0.5] });
    expect(quantile('x', [0.5], options)).toMatchObject({ type: 'list<float64>', quantiles: [0.5] });
  });

  it('rename by last', () => {
    expect(last('genre', string({ description: 'x' }), { default: '' }).options).toEqual({
      column: 'genre',
      description: 'x',
      default: '',
    });
  });
});
