import fc from 'fast-check';
import { problemsWithFilter, problemsWithQuery, replaceSourcesInQuery, sourcesInQuery } from './sql-text.js';

describe('problemsWithQuery', () => {
  it.each([
    'SELECT * FROM {events}',
    'select 1',
    ' \n WITH a AS (SELECT 1) SELECT * FROM a',
    'FROM {events}',
    '(SELECT 1) UNION ALL (SELECT 2)',
    '-- what it is\nSELECT 1',
    'SELECT 1 /* a; /* nested ? */ ) */ + 1',
    "SELECT ';' AS \"a;b\", 'it''s; (', $$ ; ? $$, $t$ ; $$ ( $t$, E'\\'; ?'",
    "SELECT {'a': 1}, [1, 2][1], {'x': {'y': 1}}.x.y",
    'SELECT 1 -- one\n',
  ])('accepts %j', (query) => {
    expect(problemsWithQuery(query)).toEqual([]);
  });

  it.each([
    ['', ['is empty', 'expected one SELECT']],
    ['-- nothing', ['is empty', 'expected one SELECT', expect.stringMatching(/^ends in a -- comment/)]],
    ['SELECT 1;', [expect.stringMatching(/^contains ";"/)]],
    ['SELECT 1; DROP TABLE x', [expect.stringMatching(/^contains ";"/)]],
    ["SELECT 'a\\'; DROP TABLE x --\n", [expect.stringMatching(/^contains ";"/)]],
    ['DELETE FROM x', ['expected one SELECT']],
    ['selected', ['expected one SELECT']],
    ["SELECT 'a", ['has a literal or comment without an end']],
    ['SELECT "a', ['has a literal or comment without an end']],
    ['SELECT /* a', ['has a literal or comment without an end']],
    ['SELECT $a$ x $b$', ['has a literal or comment without an end']],
    ['SELECT (1', ['lacks a )']],
    ['SELECT 1) FROM (SELECT 2', ['has a ) without its opening']],
    ['SELECT (1]', ['has a ] without its opening']],
    ['SELECT 1 -- one', [expect.stringMatching(/^ends in a -- comment/)]],
    ['SELECT 1 --\r; DROP TABLE x', [expect.stringMatching(/^contains ";"/)]],
    ['SELECT ?', [expect.stringMatching(/^contains a parameter/)]],
    ['SELECT $1', [expect.stringMatching(/^contains a parameter/)]],
    ['SELECT $name', [expect.stringMatching(/^contains a parameter/)]],
    [`SELECT '${'x'.repeat(100_000)}'`, [expect.stringMatching(/^is longer than/)]],
  ])('refuses %.60j', (query, problems) => {
    expect(problemsWithQuery(query)).toEqual(problems);
  });
});

describe('problemsWithFilter', () => {
  it.each(["genre = 'a;b -- c'", 'seconds > 10 AND (a OR b)', 'x IN (1, 2)', 'a - -1 > 0'])('accepts %j', (filter) => {
    expect(problemsWithFilter(filter)).toEqual([]);
  });

  it.each([
    [' ', ['is empty']],
    ['a = 1;', [expect.stringMatching(/^contains ";"/)]],
    ['a = 1 -- b', ['contains a comment']],
    ['a = 1 /* b */', ['contains a comment']],
    ['a = 1 /* b', ['has a literal or comment without an end']],
    ['a = 1) OR (1 = 1', ['has a ) without its opening']],
    ['a = ?', [expect.stringMatching(/^contains a parameter/)]],
    ['a IN (FROM {events})', [expect.stringMatching(/^contains a \{name\}/)]],
  ])('refuses %j', (filter, problems) => {
    expect(problemsWithFilter(filter)).toEqual(problems);
  });
});

describe('sourcesInQuery', () => {
  it('finds names outside literals and comments, each once', () => {
    const query = `SELECT '{a}', "{b}", {'k': 1}, {'k'}, {$$k$$} /* {c} */ FROM {d} JOIN {e} JOIN {d} -- {f}\n`;
    expect(sourcesInQuery(query)).toEqual(['d', 'e']);
  });
});

describe('replaceSourcesInQuery', () => {
  it('replaces them and leaves everything else alone', () => {
    const query = `SELECT '{d}' FROM {d} JOIN {e} -- {d}`;
    expect(replaceSourcesInQuery(query, (name) => `(SELECT '{e}' AS ${name})`)).toBe(
      `SELECT '{d}' FROM (SELECT '{e}' AS d) JOIN (SELECT '{e}' AS e) -- {d}`,
    );
  });

  it('changes no text without names, whatever it is', () => {
    const piece = fc.constantFrom("'", '"', '--', '/*', '*/', '$$', '$a$', '\\', 'E', '{', '}', '\n', ' ', 'x', '🦆');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const query = pieces.join('');
        expect(replaceSourcesInQuery(query, (name) => `{${name}}`)).toBe(query);
      }),
      { numRuns: 2000 },
    );
  });
});
