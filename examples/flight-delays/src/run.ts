import type { ExampleContext } from '@larder/cli';
import { grouped, say, tableText, withProgress } from '@larder/cli';
import { parseInstant } from '@larder/registry';
import { makeData, readFlightFacts } from './make-data.js';
import type { FlightFacts, FlightFiles } from './make-data.js';
import { serve } from './serve.js';
import type { Served } from './serve.js';
import { train } from './train.js';
import type { Trained } from './train.js';
import { withStore } from './with-store.js';

/** The example's "now": a Saturday evening with 2,292 flights in the air, and 3,581 in the file that have not left yet. */
export const NOW = '2001-06-30T18:00:00Z';

type Registered = Awaited<ReturnType<ExampleContext['stack']['apply']>>;

/** Everything that was made and served. */
export interface FlightDelaysResult extends Trained, Served {
  readonly data: FlightFacts;
  readonly registered: Registered;
}

/** The example from definition to served value. Throws when a value is not what the plain computation or the offline store says. */
export async function run(context: ExampleContext): Promise<FlightDelaysResult> {
  const { files, data } = await takeFlights(context);
  const registered = await register(context);
  const trained = await train(context, files);
  const served = await serve(context, files);
  return { data, registered, ...trained, ...served };
}

async function takeFlights({
  terminal,
  workDirectory,
}: ExampleContext): Promise<{ files: FlightFiles; data: FlightFacts }> {
  return withProgress(
    terminal,
    'take six months of US flights',
    () =>
      withStore(workDirectory, [], async (store) => {
        const files = await makeData(store, workDirectory, parseInstant(NOW));
        return { files, data: await readFlightFacts(store, files) };
      }),
    ({ data }) =>
      `${grouped(data.flights)} flights, ${data.airports} airports, ${grouped(data.routes)} routes; ` +
      `${grouped(data.departedTogether)} left in the same minute as another one`,
  );
}

async function register({ stack, terminal, directory }: ExampleContext): Promise<Registered> {
  const features = await withProgress(
    terminal,
    'register the definitions of features.ts',
    () => stack.apply(directory),
    (listed) => `${listed.length} features`,
  );
  const rows = features.map((each) => [each.feature, each.entity, each.type, each.source, each.cadence]);
  say(terminal, tableText(terminal, ['FEATURE', 'ENTITY', 'TYPE', 'SOURCE', 'CADENCE'], rows));
  return features;
}
