import { startTestPostgres } from '@larder/testing';
import type { TestPostgres } from '@larder/testing';

/** A PostgreSQL for one test file, and `describe` for what needs it: skipped with the reason in its name where there is none. */
export async function postgresForTests(): Promise<{
  readonly url: string;
  readonly describeOnPostgres: (name: string, tests: () => void) => void;
}> {
  const postgres: TestPostgres | undefined = await startTestPostgres();
  afterAll(() => postgres?.close());
  const describeOnPostgres = (name: string, tests: () => void): void => {
    if (postgres !== undefined) describe(name, tests);
    else describe.skip(`${name} (skipped: PostgreSQL is not installed on this machine)`, tests);
  };
  return { url: postgres?.url ?? 'postgres://localhost/not-installed', describeOnPostgres };
}
