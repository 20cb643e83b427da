import { silentLogger } from '@larder/service-runtime';
import { describeDatabase } from './database.contract.js';
import { postgresForTests } from '../postgres.fixture.js';
import { openPostgresDatabase } from './postgres-database.js';

const { url, describeOnPostgres } = await postgresForTests();
const logger = silentLogger();

describeOnPostgres('PostgreSQL', () => {
  describeDatabase('PostgreSQL', () => openPostgresDatabase({ url, logger, maxConnections: 4 }));

  describe('openPostgresDatabase', () => {
    it('names host and database, not the password, when nobody answers', async () => {
      const opening = openPostgresDatabase({ url: 'postgres://user:hunter2@127.0.0.1:9/larder', logger });
      await expect(opening).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: 'PostgreSQL at 127.0.0.1:9/larder does not answer (ECONNREFUSED)',
      });
    });

    it('is UNAVAILABLE while its connections are cut, and works on afterwards', async () => {
      const database = await openPostgresDatabase({ url, logger, maxConnections: 1 });
      const killer = await openPostgresDatabase({ url, logger });
      const cut = database.transaction(async (transaction) => {
        const [row] = await transaction.query('SELECT pg_backend_pid() AS pid');
        await killer.query('SELECT pg_terminate_backend($1)', [Number(row?.['pid'])]);
        await transaction.query('SELECT 1');
      });
      await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await Promise.all([database.close(), killer.close()]);
    });

    it('turns a deadlock into ABORTED', async () => {
      const database = await openPostgresDatabase({ url, logger });
      await database.query('CREATE TABLE locks (id integer PRIMARY KEY)');
      await database.query('INSERT INTO locks VALUES (1), (2)');
      let met = 0;
      let meet = (): void => undefined;
      const both = new Promise<void>((resolve) => (meet = resolve));
      const lockBoth = (first: number, second: number): Promise<void> =>
        database.transaction(async (transaction) => {
          await transaction.query('SELECT 1 FROM locks WHERE id = $1 FOR UPDATE', [first]);
          if (++met === 2) meet();
          await both;
          await transaction.query('SELECT 1 FROM locks WHERE id = $1 FOR UPDATE', [second]);
        });
      const results = await Promise.allSettled([lockBoth(1, 2), lockBoth(2, 1)]);
      const reasons = results.flatMap((each) =>
        each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
      );
      expect(reasons).toEqual(['ABORTED']);
      await database.close();
    });
  });
});
