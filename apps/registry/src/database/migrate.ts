import type { Clock } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { z } from 'zod';
import type { Database, Queryable } from './database.js';
import { MIGRATIONS } from './migrations.js';
import type { Migration } from './migrations.js';

/** Any number that nothing else in the database locks. */
const MIGRATION_LOCK = 7_310_594;

const appliedSchema = z.array(z.object({ number: z.int(), name: z.string() }));

/**
 * Brings the database's tables up to date, forward only, in one transaction; processes that start together do it once.
 * Returns the numbers of the migrations applied now. Throws FAILED_PRECONDITION for a database that a newer version has
 * migrated, or another history.
 */
export function migrate(
  database: Database,
  clock: Clock,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number[]> {
  return database.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await transaction.query(
      'CREATE TABLE IF NOT EXISTS larder_migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)',
    );
    const pending = pendingMigrations(await readApplied(transaction), migrations);
    for (const migration of pending) await apply(transaction, migration, clock);
    return pending.map((each) => each.number);
  });
}

async function readApplied(transaction: Queryable): Promise<z.infer<typeof appliedSchema>> {
  return appliedSchema.parse(await transaction.query('SELECT number, name FROM larder_migrations ORDER BY number'));
}

function pendingMigrations(
  applied: readonly { number: number; name: string }[],
  migrations: readonly Migration[],
): Migration[] {
  const known = new Map(migrations.map((each) => [each.number, each.name]));
  const foreign = applied.find((each) => known.get(each.number) !== each.name);
  if (foreign === undefined) return migrations.filter((each) => !applied.some(({ number }) => number === each.number));
  const message = `the database has migration ${foreign.number} (${foreign.name}), which this version does not know; run the version that made it, or a newer one`;
  throw new LarderError('FAILED_PRECONDITION', message);
}

async function apply(transaction: Queryable, { number, name, statements }: Migration, clock: Clock): Promise<void> {
  for (const statement of statements) await transaction.query(statement);
  await transaction.query('INSERT INTO larder_migrations (number, name, applied_at) VALUES ($1, $2, $3)', [
    number,
    name,
    clock.now().toString(),
  ]);
}
