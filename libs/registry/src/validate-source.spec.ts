import { derived, events, small } from './small-project.fixture.js';
import type { SourceSpec } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';

const push: SourceSpec = { kind: 'push', name: 'clicks', history: 'events' };

/** Problems of one more source, or of one in place of its namesake. */
function problems(...sources: readonly SourceSpec[]): string[] {
  const names = new Set(sources.map((each) => each.name));
  const others = [derived, events, push].filter((each) => !names.has(each.name));
  return validateDefinitions({ ...small, sources: [...others, ...sources] }).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

describe('validateSource', () => {
  it.each<[string, SourceSpec]>([
    ['a push source', push],
    ['times and a tombstone', { ...events, createdTime: 'c', tombstone: 't', trustedHistoryBefore: '2026-01-01' }],
    ['a column of any spelling', { ...events, eventTime: 'Event "time"; ü' }],
    ['a SQL source over a push source', { ...derived, query: 'FROM {clicks}', reads: ['clicks'] }],
  ])('accepts %s', (_what, source) => {
    expect(problems(source)).toEqual([]);
  });

  it.each<[SourceSpec, string[]]>([
    [{ ...events, path: ' ' }, ['sources.events.path: a Parquet source needs a path']],
    [{ ...events, path: 'a\0b' }, ['sources.events.path: contains a control character']],
    [{ ...events, eventTime: '' }, ['sources.events.eventTime: a column has a name']],
    [{ ...events, createdTime: 'a\nb' }, ['sources.events.createdTime: "a\\nb" contains a control character']],
    [{ ...events, tombstone: 'at' }, [expect.stringMatching(/^sources\.events\.tombstone: is a time column/)]],
    [
      { ...events, trustedHistoryBefore: '2026-02-30' },
      [
        expect.stringMatching(/^sources\.events\.trustedHistoryBefore: not a time/),
        expect.stringMatching(/^sources\.events\.trustedHistoryBefore: says nothing without createdTime/),
      ],
    ],
    [
      { ...events, name: '2026_events' },
      [expect.stringMatching(/^sources\.2026_events: .* is not a name.*; set the name of the source$/)],
    ],
    [
      { ...derived, query: 'SELECT 1; SELECT 2 FROM {evnts}', reads: ['events', 'eventz', 'events'] },
      [
        expect.stringMatching(/^sources\.derived\.query: contains ";"/),
        'sources.derived.query: {evnts} is not in reads',
        'sources.derived.reads: events is listed twice',
        'sources.derived.reads: {events} does not occur in the query',
        'sources.derived.reads: unknown source eventz; did you mean events?',
      ],
    ],
    [{ ...derived, query: 'SELECT 1', reads: [] }, ['sources.derived.reads: a SQL source reads at least one source']],
    [
      { ...derived, query: 'FROM {derived}', reads: ['derived'] },
      ['sources.derived.reads: reads itself; sources may not form a cycle'],
    ],
    [{ ...push, history: 'evens' }, ['sources.clicks.history: unknown source evens; did you mean events?']],
    [
      { ...push, history: 'derived' },
      ['sources.clicks.history: derived is a sql source; history is kept in a parquet source'],
    ],
  ])('refuses %j', (source, expected) => {
    expect(problems(source)).toEqual(expected);
  });

  it('finds a cycle through several sources, and no cycle where two read the same', () => {
    const reading = (name: string, ...reads: string[]): SourceSpec => ({
      ...derived,
      name,
      reads,
      query: `SELECT * FROM ${reads.map((each) => `{${each}}`).join(', ')}`,
    });
    expect(problems(reading('a', 'b'), reading('b', 'c'), reading('c', 'a', 'events'))).toEqual(
      ['a', 'b', 'c'].map((name) => `sources.${name}.reads: reads itself; sources may not form a cycle`),
    );
    expect(problems(reading('a', 'b', 'c'), reading('b', 'events'), reading('c', 'b', 'events'))).toEqual([]);
  });
});
