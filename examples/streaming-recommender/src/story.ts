/**
 * The story that the example's data tells. Everything is fixed, so that the numbers in the README are the numbers you see.
 */

/** The story's "now". */
export const NOW = '2026-05-07T22:00:00Z';

export interface WatchEvent {
  readonly userId: string;
  readonly title: string;
  readonly genre: string;
  readonly at: string;
}

export interface SegmentRow {
  readonly userId: string;
  readonly segment: string;
  readonly at: string;
  readonly computedAt: string;
}

const TITLES = [
  ['Harbour Lights', 'drama'],
  ['The Ninth Floor', 'thriller'],
  ['Salt Roads', 'documentary'],
  ['Cold Harvest', 'thriller'],
  ['Paper Planets', 'documentary'],
  ['Two Tickets North', 'comedy'],
  ['Low Tide', 'drama'],
  ['A Field of Clocks', 'science fiction'],
] as const;

const HOUR_MILLIS = 3_600_000;

/** `count` events of one user, evenly spread over an interval, the last one at its end. */
function spread(userId: string, count: number, [from, to]: readonly [string, string]): WatchEvent[] {
  const start = Date.parse(from);
  const step = (Date.parse(to) - start) / count;
  return Array.from({ length: count }, (_, index) => {
    const [title, genre] = TITLES[(index * 5 + count) % TITLES.length] ?? TITLES[0];
    return { userId, title, genre, at: new Date(start + Math.round(step * (index + 1))).toISOString() };
  });
}

/**
 * 8a2f watched 2 titles more than 30 days before the story's end, 20 until 5 May 12:00 and 27 in the two days after: 22 within 30 days on 5 May,
 * 47 on 7 May. b13c watched 5 throughout. Others are there so that the two are not alone.
 */
export function watchEvents(): WatchEvent[] {
  const others = Array.from({ length: 198 }, (_, index) =>
    spread((0x1000 + index * 37).toString(16), 1 + ((index * 7) % 23), [
      '2026-03-20T00:00:00Z',
      '2026-05-07T20:00:00Z',
    ]),
  );
  return [
    ...spread('8a2f', 2, ['2026-04-06T00:00:00Z', '2026-04-07T20:00:00Z']),
    ...spread('8a2f', 20, ['2026-04-10T00:00:00Z', '2026-05-05T11:00:00Z']),
    ...spread('8a2f', 27, ['2026-05-05T13:00:00Z', '2026-05-07T21:40:00Z']),
    ...spread('b13c', 5, ['2026-04-15T00:00:00Z', '2026-05-07T19:30:00Z']),
    ...others.flat(),
  ];
}

/** The player pushes its events since 6 May; the last of 8a2f is a documentary, of b13c a thriller. */
export function streamEvents(): WatchEvent[] {
  return [
    { userId: '8a2f', title: 'The Ninth Floor', genre: 'thriller', at: '2026-05-06T21:10:00Z' },
    { userId: 'b13c', title: 'Low Tide', genre: 'drama', at: '2026-05-06T22:45:00Z' },
    { userId: '8a2f', title: 'Harbour Lights', genre: 'drama', at: '2026-05-07T20:05:00Z' },
    { userId: 'b13c', title: 'Cold Harvest', genre: 'thriller', at: '2026-05-07T19:30:00Z' },
    { userId: '8a2f', title: 'Salt Roads', genre: 'documentary', at: '2026-05-07T21:40:00Z' },
  ];
}

/** The nightly segmentation: 8a2f became a power user in the night to 7 May. */
export function segmentRows(): SegmentRow[] {
  const nights = ['2026-05-03', '2026-05-04', '2026-05-05', '2026-05-06', '2026-05-07'];
  const users = [...new Set(watchEvents().map((event) => event.userId))];
  return nights.flatMap((night) =>
    users.map((userId) => ({
      userId,
      segment: userId === '8a2f' && night === '2026-05-07' ? 'power_user' : segmentOf(userId),
      at: `${night}T00:00:00Z`,
      computedAt: new Date(Date.parse(`${night}T00:00:00Z`) + 2 * HOUR_MILLIS).toISOString(),
    })),
  );
}

function segmentOf(userId: string): string {
  if (userId === '8a2f' || userId === 'b13c') return 'casual';
  return Number.parseInt(userId, 16) % 3 === 0 ? 'regular' : 'casual';
}
