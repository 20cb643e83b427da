import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { writeDefinitions, writeParquet } from './parquet.js';
import { preparePython, readAsFeast } from './python-client.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

/** Clients of Feast read from Larder by changing an address: a Python client on the gRPC port. */

const YAML = `
project: drivers
entities:
  driver: { joinKeys: { driver_id: int64 } }
  trip: { joinKeys: { origin: string, driver_id: int64 } }
sources:
  stats: { parquet: stats.parquet, eventTime: at }
  trips: { parquet: trips.parquet, eventTime: at }
featureViews:
  driver_stats:
    entities: [driver]
    source: stats
    cadence: { every: 1d }
    ttl: 2h
    features:
      trips: int64
      rating: float64
      name: string
      active: bool
      joined: timestamp
      born: date
      zones: list<string>
      missing: { type: int64, default: 7 }
featureServices:
  model: [driver_stats:trips, driver_stats:rating]
`;

const TYPED = ['trips', 'rating', 'name', 'active', 'joined', 'born', 'zones', 'missing'].map(
  (each) => `driver_stats:${each}`,
);
const pythonState = await preparePython();

let stack: TestStack;

(pythonState.ready ? describe : describe.skip)(
  `a Python client of Feast${pythonState.ready ? '' : ` (skipped: ${pythonState.reason})`}`,
  () => {
    beforeAll(async () => {
      stack = await openTestStack('drivers', fixedClock(parseInstant('2026-03-10T12:00:00Z')));
      await writeParquet(
        stack.projectDirectory,
        'stats.parquet',
        `SELECT * FROM (VALUES
          (1001, 9223372036854775807, 4.5, 'Ann', true, TIMESTAMP '1969-12-31 23:59:58.5', DATE '1990-02-03', ['a', 'b'], NULL::BIGINT, TIMESTAMP '2026-03-10 11:00:00.25'),
          (1002, 5, 1.5, 'Bob', false, TIMESTAMP '2020-01-01', DATE '1970-01-02', [], 3, TIMESTAMP '2026-03-10 09:00:00')
        ) AS rows(driver_id, trips, rating, name, active, joined, born, zones, missing, "at")`,
      );
      await stack.apply(await writeDefinitions(stack.projectDirectory, YAML));
      await stack.materialize({ views: ['driver_stats'] });
    }, 120_000);
    afterAll(async () => {
      await stack?.close();
    });

    it('learns by reflection what the port offers', async () => {
      const answer = await readAsFeast(stack.grpcAddress, { service: 'model', entities: { driver_id: [1001] } });
      expect(answer).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        services: [
          'feast.serving.ServingService',
          'grpc.health.v1.Health',
          'grpc.reflection.v1.ServerReflection',
          'grpc.reflection.v1alpha.ServerReflection',
          'larder.serving.v1.ServingService',
        ],
      });
    });

    it('reads a feature service by columns: join keys first, in the order of the request', async () => {
      const entities = { driver_id: [1002, 7, 1001, 1002] };
      const { names, columns } = await readAsFeast(stack.grpcAddress, { service: 'model', full: true, entities });
      expect(names).toEqual(['driver_id', 'driver_stats__trips', 'driver_stats__rating']);
      expect(columns).toEqual({
        driver_id: { values: entities.driver_id, statuses: Array(4).fill('PRESENT'), seconds: [0, 0, 0, 0] },
        driver_stats__trips: {
          values: [5, null, 9223372036854775807n, 5].map(Number).map((each, index) => (index === 1 ? null : each)),
          statuses: ['OUTSIDE_MAX_AGE', 'NOT_FOUND', 'PRESENT', 'OUTSIDE_MAX_AGE'],
          seconds: [1773133200, 0, 1773140400.25, 1773133200],
        },
        driver_stats__rating: {
          values: [1.5, null, 4.5, 1.5],
          statuses: ['OUTSIDE_MAX_AGE', 'NOT_FOUND', 'PRESENT', 'OUTSIDE_MAX_AGE'],
          seconds: [1773133200, 0, 1773140400.25, 1773133200],
        },
      });
    });

    it('reads every type, times and dates as whole seconds, and a default in place of a null', async () => {
      const { columns } = await readAsFeast(stack.grpcAddress, { features: TYPED, entities: { driver_id: [1001] } });
      const values = Object.entries(columns as Record<string, { values: unknown[]; statuses: string[] }>).map(
        ([name, column]) => [name, column.values[0], column.statuses[0]],
      );
      expect(values.slice(2)).toEqual([
        ['rating', 4.5, 'PRESENT'],
        ['name', 'Ann', 'PRESENT'],
        ['active', true, 'PRESENT'],
        ['joined', -2, 'PRESENT'],
        ['born', 7338 * 86_400, 'PRESENT'],
        ['zones', ['a', 'b'], 'PRESENT'],
        ['missing', 7, 'NULL_VALUE'],
      ]);
    });

    it('gets the error that names what is wrong', async () => {
      const read = (features: string[], entities: Record<string, (string | number)[]>) =>
        readAsFeast(stack.grpcAddress, { features, entities });
      expect(await read(['driver_stats:rates'], { driver_id: [1] })).toEqual({
        code: 'INVALID_ARGUMENT',
        details: expect.stringContaining('unknown feature driver_stats:rates'),
      });
      expect(await read(['driver_stats:trips'], { driver: [1] })).toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: expect.stringContaining('driver_id'),
      });
      const service = await readAsFeast(stack.grpcAddress, { service: 'modle', entities: { driver_id: [1] } });
      expect(service).toMatchObject({ code: 'NOT_FOUND', details: expect.stringContaining('did you mean model?') });
    });
  },
);
