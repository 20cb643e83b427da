import type { ExampleContext } from '@larder/cli';
import { grouped, say, withProgress } from '@larder/cli';
import { LarderError } from '@larder/registry';
import { delayModel } from '../features.js';
import { checkTrainingSet } from './check-training-set.js';
import type { TrainingSetCheck } from './check-training-set.js';
import type { FlightFiles } from './make-data.js';
import { trainingSetTable } from './tables.js';
import { readRecords, withStore } from './with-store.js';

/** How many sampled flights the table shows, spread evenly over the half-year. */
const SHOWN_FLIGHTS = 5;

export interface Trained {
  readonly trainingSet: {
    readonly rows: number;
    /** The Parquet file; gone when the stack is closed. */
    readonly location: string;
    readonly shown: readonly Readonly<Record<string, unknown>>[];
    readonly check: TrainingSetCheck;
  };
}

/** A training set of the sampled flights, each at the minute of its departure, and the proof that it sees nothing of the future. */
export async function train(context: ExampleContext, { flights, departures }: FlightFiles): Promise<Trained> {
  const { terminal, workDirectory } = context;
  const request = { title: 'training set, point in time', spine: departures, of: 'flights' };
  const { rows, location } = await makeTrainingSet(context, request);
  return withStore(workDirectory, [location], async (store) => {
    const shown = await readRecords(store, shownFlights(location));
    say(terminal, trainingSetTable(terminal, shown));
    const check = await withProgress(
      terminal,
      'recompute every hundredth row with plain SQL',
      () => checkTrainingSet(store, { flights, trainingSet: location }),
      ({ rows: checked, values, different }) =>
        `${grouped(checked)} rows, ${grouped(values)} values, ${grouped(sum(Object.values(different)))} differ`,
    );
    refuseDifferences(check);
    say(
      terminal,
      `  Kept out of each row: ${check.flightsInTheAir.toFixed(1)} flights on average, gone from the same airport within the day and still in the air.`,
    );
    return { trainingSet: { rows, location, shown, check } };
  });
}

/** Asks for the features of a spine's rows and waits for the file. */
export async function makeTrainingSet(
  { stack, terminal }: ExampleContext,
  { title, spine, of }: { readonly title: string; readonly spine: string; readonly of: string },
): Promise<{ readonly rows: number; readonly location: string }> {
  const request = { spine: { path: spine }, featureService: delayModel.name, fullFeatureNames: true };
  return withProgress(
    terminal,
    title,
    async () => {
      const { rows, location } = await stack.trainingSetFile(request);
      if (rows !== undefined && location !== undefined) return { rows, location };
      throw new LarderError('INTERNAL', 'the training set has no file');
    },
    ({ rows }) => `${grouped(rows)} ${of}`,
  );
}

function shownFlights(location: string): string {
  return `
    SELECT * EXCLUDE (place, rows) FROM (
      SELECT *, row_number() OVER (ORDER BY flight) - 1 AS place, count(*) OVER () AS rows FROM read_parquet('${location}')
    ) WHERE place % (rows // ${SHOWN_FLIGHTS}) = 0 ORDER BY flight LIMIT ${SHOWN_FLIGHTS}`;
}

function refuseDifferences({ different }: TrainingSetCheck): void {
  const problems = Object.entries(different).map(([path, count]) => ({ path, message: `${count} values differ` }));
  if (problems.length > 0) throw LarderError.fromProblems('training set', problems);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
