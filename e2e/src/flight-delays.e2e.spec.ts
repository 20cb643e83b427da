import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NOW, run } from '@larder/example-flight-delays';
import type { FlightDelaysResult } from '@larder/example-flight-delays';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { larder } from './larder.js';
import { openTestStack, silentTerminal } from './stack.js';
import type { TestStack } from './stack.js';

const directory = join(fileURLToPath(new URL('../..', import.meta.url)), 'examples/flight-delays');

/** Of how many rows of the training set one is computed anew in this file. */
const CHECKED_SHARE = 20;

const MINUTE_MICROS = 60e6;
const DAY_MICROS = 24 * 60 * MINUTE_MICROS;

/** Flights of one airport or route, by column: a billion of them are looked at. Times in whole microseconds, delay in minutes. */
interface Flights {
  readonly departed: number[];
  readonly landed: number[];
  readonly delay: number[];
}

type Row = Readonly<Record<string, unknown>>;

interface Planned {
  readonly view: string;
  readonly estimate: { sourceRows: number; entities: number; onlineBytes: number; entitiesFrom: string };
}

interface Run {
  readonly view: string;
  readonly mode: string;
  readonly rowsWritten: number;
  readonly details: { readonly sourceRows: number; readonly bytesWritten: number };
}

function withinTwice(estimated: number, counted: number | undefined): boolean {
  return counted !== undefined && counted > 0 && estimated <= counted * 2 && estimated >= counted / 2;
}

const terminal = silentTerminal();

let stack: TestStack;
let store: OfflineStore;
let result: FlightDelaysResult;
/** By airport (`JFK`) and by route (`JFK-LAX`). */
let flights: ReadonlyMap<string, Flights>;

beforeAll(async () => {
  stack = await openTestStack('flight-delays', fixedClock(parseInstant(NOW)));
  const { projectDirectory } = stack;
  result = await run({ stack, terminal, directory, workDirectory: projectDirectory });
  store = await openOfflineStore({
    projectDirectory,
    allowedDirectories: [projectDirectory, dirname(dirname(result.trainingSet.location))],
    temporaryDirectory: join(projectDirectory, '.larder', 'e2e'),
  });
  flights = await readFlights();
}, 300_000);
afterAll(async () => {
  await store?.close();
  await stack?.close();
});

describe('flight delays, three million real flights', () => {
  it('takes the published data as it is', () => {
    expect(result.data).toEqual({ flights: 3_000_000, airports: 229, routes: 3_399, departedTogether: 967_788 });
  });

  it('stands at an instant with flights in the air and flights to come', async () => {
    const [row] = await records(`
      SELECT count(*) FILTER (WHERE departed <= now AND landed > now) AS in_the_air,
             count(*) FILTER (WHERE departed > now) AS to_come,
             count(*) FILTER (WHERE landed_early < departed) AS before_departure
      FROM (
        SELECT date AS departed, TIMESTAMP '${NOW.slice(0, 19)}' AS now,
               date + to_seconds((greatest(delay, 0) + 30) * 60 + distance * 7.2) AS landed,
               date + to_seconds((delay + 30) * 60 + distance * 7.2) AS landed_early
        FROM read_parquet('${publishedPath()}')
      )`);
    expect(row).toEqual({ in_the_air: 2_292n, to_come: 3_581n, before_departure: 49n });
  });

  it('registers ten features over one airport and one composite key', () => {
    expect(result.registered.map(({ feature, entity }) => `${entity.replaceAll(/\s/g, '')} ${feature}`).sort()).toEqual(
      [
        'airport airport_traffic:departures_24h',
        'airport airport_traffic:departures_7d',
        'airport airport_traffic:mean_delay_24h',
        'airport airport_traffic:mean_delay_7d',
        'destination,origin last_flight:last_delay',
        'destination,origin last_flight:last_departure',
        'destination,origin route_traffic:departures_24h',
        'destination,origin route_traffic:departures_7d',
        'destination,origin route_traffic:mean_delay_24h',
        'destination,origin route_traffic:mean_delay_7d',
      ],
    );
  });

  it('plans within a factor of two what materializing then takes', async () => {
    // A new project has no runs to go by: everything is estimated from the data.
    const plan = await larder(stack, 'plan', directory, '--project', 'newcomer', '--json');
    const { materializations } = JSON.parse(plan.stdout) as { materializations: Planned[] };
    const runs = JSON.parse((await larder(stack, 'runs', '--json', '--project', 'flight-delays')).stdout) as Run[];
    const compared = materializations.map(({ view, estimate }) => {
      const run = runs.find((each) => each.view === view && each.mode === 'reload');
      return {
        view,
        from: estimate.entitiesFrom,
        sourceRows: withinTwice(estimate.sourceRows, run?.details.sourceRows),
        entities: withinTwice(estimate.entities, run?.rowsWritten),
        bytes: withinTwice(estimate.onlineBytes, run?.details.bytesWritten),
      };
    });
    const right = { from: 'data', sourceRows: true, entities: true, bytes: true };
    expect(compared).toEqual(['airport_traffic', 'last_flight', 'route_traffic'].map((view) => ({ view, ...right })));
  }, 60_000);

  it('answers every sampled flight once, in order, with its own columns', async () => {
    const [row] = await records(`
      SELECT count(*) AS rows, count(DISTINCT made.flight) AS flights,
             count(*) FILTER (WHERE made.flight <= before) AS out_of_order,
             count(*) FILTER (WHERE (event_timestamp, made.origin, made.destination, arrival_delay) = (date, published.origin, published.destination, delay)) AS same
      FROM (
        SELECT *, lag(flight) OVER (ORDER BY file_row_number) AS before
        FROM read_parquet('${result.trainingSet.location}', file_row_number = true)
      ) AS made
      JOIN read_parquet('${publishedPath()}', file_row_number = true) AS published ON published.file_row_number = flight`);
    expect(row).toEqual({ rows: 200_000n, flights: 200_000n, out_of_order: 0n, same: 200_000n });
    expect(result.trainingSet.rows).toBe(200_000);
  });

  it('shows a training row exactly what had landed at its departure, and never the flight itself', async () => {
    const rows = await records(
      `SELECT *, epoch_us(event_timestamp) AS at FROM read_parquet('${result.trainingSet.location}') WHERE flight % ${CHECKED_SHARE} = 7`,
    );
    expect(rows.length).toBeGreaterThan(9_500);
    expect(rows.flatMap((row) => differences(row, Number(row['at']))).slice(0, 20)).toEqual([]);
  });

  it('would show a row its own label if created times did not count', async () => {
    const { location = '' } = await stack.trainingSetFile({
      spine: { path: join(stack.projectDirectory, 'data/departures.parquet') },
      features: ['last_flight:last_delay'],
      knowledgeTime: false,
    });
    const [row] = await records(`
      SELECT count(*) AS rows, count(*) FILTER (WHERE leaky.last_delay = leaky.arrival_delay) AS leaky,
             count(*) FILTER (WHERE honest.last_flight__last_delay = honest.arrival_delay) < 10000 AS honest
      FROM read_parquet('${location}') AS leaky JOIN read_parquet('${result.trainingSet.location}') AS honest USING (flight)`);
    expect(row).toEqual({ rows: 200_000n, leaky: expect.anything(), honest: true });
    expect(Number(row?.['leaky'])).toBeGreaterThan(199_000);
  }, 120_000);

  it('finds nothing different in the plain SQL of the example, and leaks to keep out in nearly every row', () => {
    const { check } = result.trainingSet;
    expect(check).toMatchObject({ rows: 2_003, values: 24_036, different: {} });
    expect(check.rowsWithFlightsInTheAir).toBeGreaterThan(1_990);
    expect(check.flightsInTheAir).toBeGreaterThan(30);
  });

  it('brings all airports and all routes online', () => {
    expect(result.online.airports).toBe(229);
    expect(Object.keys(result.online.routes)).toHaveLength(3_399);
    expect(result.online.statuses).toEqual({ PRESENT: 39_719, NULL_VALUE: 651, OUTSIDE_MAX_AGE: 2 * 209 });
  });

  it('serves each route what had landed by now', () => {
    const at = Number(parseInstant(NOW));
    const wrong = Object.entries(result.online.routes).flatMap(([route, features]) => {
      const [origin, destination] = route.split('-');
      return differences({ origin, destination, ...features }, at);
    });
    expect(wrong.slice(0, 20)).toEqual([]);
  });

  it('serves online what a training set of the same keys and instant says, bit for bit', () => {
    expect(result.comparison).toEqual({ values: 3_399 * 12, different: [] });
  });

  it('says of each value why it is what it is', () => {
    const wrong = Object.entries(result.online.routes).flatMap(([route, features]) =>
      Object.entries(features).flatMap(([name, value]) => {
        const whyNull = name.startsWith('last_flight__') ? 'OUTSIDE_MAX_AGE' : 'NULL_VALUE';
        const status = result.online.notPresent[route]?.[name] ?? 'PRESENT';
        return status === (value === null ? whyNull : 'PRESENT')
          ? []
          : [`${route} ${name}: ${String(value)} ${status}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('knows both airports of a route that nobody flies, and not the route', () => {
    const { statuses } = result.online.neverFlown ?? { statuses: {} };
    const unlike = Object.entries(statuses).filter(
      ([name, status]) => status !== (/^(origin|destination)__/.test(name) ? 'PRESENT' : 'NOT_FOUND'),
    );
    expect(Object.keys(statuses)).toHaveLength(12);
    expect(unlike).toEqual([]);
  });

  it('prints what its README shows', async () => {
    const printed = new Set(terminal.printed.join('').split('\n').map(withoutTimes));
    const shown =
      (await readFile(join(directory, 'README.md'), 'utf8')).match(/(?<=```\n)[✓A-Z][^`]*/g)?.join('') ?? '';
    const lines = shown.trim().split('\n').map(withoutTimes);
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter((line) => !printed.has(line))).toEqual([]);
  });
});

/** A printed line without what differs from run to run. */
function withoutTimes(line: string): string {
  return line.replace(/ \(\d+\.\d s\)$/, '').replace(/, median .* ms/, '');
}

/** What the row says against the naive oracle, which looks at every flight for every row: one line per value that differs. */
function differences(row: Row, at: number): string[] {
  const origin = String(row['origin']);
  const destination = String(row['destination']);
  const route = `${origin}-${destination}`;
  const expected: Row = {
    ...windows('origin', flights.get(origin), at),
    ...windows('destination', flights.get(destination), at),
    ...windows('route_traffic', flights.get(route), at),
  };
  const asked = Object.keys(expected).filter((name) => !/^destination__.*_7d$/.test(name));
  const wrong = asked.filter((name) => !Object.is(row[name], expected[name]));
  return [
    ...wrong.map((name) => `${route} ${name}: ${String(row[name])}, expected ${String(expected[name])}`),
    ...lastFlightDifferences(row, { route, at }),
  ];
}

function windows(role: string, candidates: Flights = NONE, at: number): Row {
  const { departed, landed, delay } = candidates;
  const day = { count: 0, delay: 0 };
  const week = { count: 0, delay: 0 };
  let isKnown = false;
  for (let index = 0; index < departed.length; index++) {
    if (landed[index]! > at) continue;
    isKnown = true;
    if (departed[index]! <= at - 7 * DAY_MICROS) continue;
    week.count++;
    week.delay += delay[index]!;
    if (departed[index]! <= at - DAY_MICROS) continue;
    day.count++;
    day.delay += delay[index]!;
  }
  return {
    [`${role}__departures_24h`]: isKnown ? BigInt(day.count) : null,
    [`${role}__departures_7d`]: isKnown ? BigInt(week.count) : null,
    [`${role}__mean_delay_24h`]: day.count === 0 ? null : day.delay / day.count,
    [`${role}__mean_delay_7d`]: week.count === 0 ? null : week.delay / week.count,
  };
}

/** Of flights that left and landed in the same minute any one may be the last. */
function lastFlightDifferences(row: Row, { route, at }: { readonly route: string; readonly at: number }): string[] {
  const { departed, landed, delay } = flights.get(route) ?? NONE;
  const known = [...departed.keys()].filter((index) => landed[index]! <= at);
  const lastDeparted = Math.max(...known.map((index) => departed[index]!));
  const together = known.filter((index) => departed[index] === lastDeparted);
  const lastLanded = Math.max(...together.map((index) => landed[index]!));
  const isFresh = lastDeparted >= at - 14 * DAY_MICROS;
  const delays = together.filter((index) => landed[index] === lastLanded).map((index) => BigInt(delay[index]!));
  const expected = isFresh ? { departure: BigInt(lastDeparted), delays } : { departure: null, delays: [null] };
  const actual = [row['last_flight__last_departure'], row['last_flight__last_delay']];
  const isRight = actual[0] === expected.departure && expected.delays.some((each) => each === actual[1]);
  return isRight
    ? []
    : [`${route} last_flight: ${actual.join(', ')}, expected ${expected.departure}, ${expected.delays.join(' or ')}`];
}

const NONE: Flights = { departed: [], landed: [], delay: [] };

/** All flights, each under its airport and under its route. Landing: half an hour and the way at 500 mph after departure, later by its delay. */
async function readFlights(): Promise<Map<string, Flights>> {
  const found = new Map<string, Flights>();
  const query = `SELECT epoch_us(date), delay, distance, origin, destination FROM read_parquet('${publishedPath()}')`;
  for await (const { rows, columns } of store.streamColumns(query)) {
    const [departures, delays, distances, origins, destinations] = columns.map(({ values }) => values);
    for (let row = 0; row < rows; row++) {
      const departed = Number(departures?.[row]);
      const delay = Number(delays?.[row]);
      const minutes = 30 + Math.max(0, delay);
      const landed = departed + minutes * MINUTE_MICROS + Number(distances?.[row]) * ((3_600 * 1e6) / 500);
      const airport = textOf(origins?.[row]);
      for (const key of [airport, `${airport}-${textOf(destinations?.[row])}`]) {
        const columnsOfKey = found.get(key) ?? { departed: [], landed: [], delay: [] };
        found.set(key, columnsOfKey);
        columnsOfKey.departed.push(departed);
        columnsOfKey.landed.push(landed);
        columnsOfKey.delay.push(delay);
      }
    }
  }
  return found;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function publishedPath(): string {
  return join(stack.projectDirectory, 'data/flights-3m.parquet');
}

async function records(sql: string): Promise<Row[]> {
  const { columns, rows } = await store.readRows(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}
