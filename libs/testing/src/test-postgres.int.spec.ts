import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestPostgres, type TestPostgres } from './test-postgres.js';
import { waitFor } from './wait-for.js';

const run = promisify(execFile);

async function query(postgres: TestPostgres, sql: string, connection = postgres.url): Promise<string> {
  return (await run(join(postgres.binDirectory, 'psql'), [connection, '-XAtc', sql])).stdout.trim();
}

const [one, two] = await Promise.all([startTestPostgres(), startTestPostgres()]);
const whereInstalled = one && two ? describe : describe.skip;

whereInstalled('startTestPostgres (where PostgreSQL is installed)', () => {
  const servers = [one, two].filter((server) => server !== undefined);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  it('answers queries over the loopback port and the socket, and keeps two apart', async () => {
    const [first, second] = servers;
    if (!first || !second) throw new Error('both servers are needed');
    await query(first, 'CREATE TABLE rows (id int); INSERT INTO rows VALUES (1), (2)');
    const overSocket = new URL(`postgres://larder@localhost:${first.port}/postgres?host=${first.socketDirectory}`).href;
    expect(await query(first, 'SELECT count(*) FROM rows', overSocket)).toBe('2');
    expect(await query(second, "SELECT to_regclass('rows') IS NULL")).toBe('t');
  });

  it('lets nobody in over the port without the password', async () => {
    const [first] = servers;
    if (!first) throw new Error('a server is needed');
    const guess = first.url.replace(/:[0-9a-f]{32}@/, ':guess@');
    await expect(query(first, 'SELECT 1', guess)).rejects.toThrow(/password authentication failed/);
  });

  it('ends the server and removes its data on close, also with a client connected', async () => {
    const [, second] = servers;
    if (!second) throw new Error('a server is needed');
    const client = query(second, 'SELECT pg_sleep(60)').catch((error: unknown) => String(error));
    const sleepers = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'";
    await waitFor(() => query(second, sleepers), {
      until: (count) => count === '1',
      describe: 'the client to be connected',
    });
    await second.close();
    expect(await client).toMatch(/terminating connection due to administrator command/);
    expect(existsSync(second.socketDirectory)).toBe(false);
    expect(() => process.kill(second.pid, 0)).toThrow(/ESRCH/);
  });
});
