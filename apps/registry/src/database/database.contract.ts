import { LarderError } from '@larder/registry';
import type { Database } from './database.js';

const OPEN_TIMEOUT_MS = 180_000;

/** What both databases promise. `open` gives one connected to an empty database. */
export function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      await database.query('CREATE TABLE things (id integer PRIMARY KEY, name text, big bigint, flag boolean)');
    }, OPEN_TIMEOUT_MS);
    afterEach(async () => {
      await database.query('DELETE FROM things').catch(() => undefined);
    });
    afterAll(async () => {
      await database.close();
    });

    const count = async (): Promise<unknown> =>
      (await database.query('SELECT count(*)::integer AS n FROM things'))[0]?.['n'];

    it('gives back what was written, 64-bit integers as text', async () => {
      const text = 'a "quoted" \\u0000 text; DROP TABLE things -- \u{1f9c0}';
      await database.query('INSERT INTO things VALUES ($1, $2, $3, $4)', [1, text, '9223372036854775807', true]);
      await database.query('INSERT INTO things VALUES ($1, $2, $3, $4)', [2, null, null, null]);
      expect(await database.query('SELECT id, name, big::text AS big, flag FROM things ORDER BY id')).toEqual([
        { id: 1, name: text, big: '9223372036854775807', flag: true },
        { id: 2, name: null, big: null, flag: null },
      ]);
    });

    it('returns no rows as an empty list', async () => {
      expect(await database.query('SELECT id FROM things WHERE id = $1', [7])).toEqual([]);
    });

    it('keeps all of a transaction', async () => {
      const result = await database.transaction(async (transaction) => {
        await transaction.query('INSERT INTO things (id) VALUES (1), (2)');
        return 'done';
      });
      expect([result, await count()]).toEqual(['done', 2]);
    });

    it('keeps nothing of a transaction that throws, and passes its error on', async () => {
      const error = new LarderError('ABORTED', 'lost');
      const failing = database.transaction(async (transaction) => {
        await transaction.query('INSERT INTO things (id) VALUES (1)');
        throw error;
      });
      await expect(failing).rejects.toBe(error);
      expect(await count()).toBe(0);
    });

    it('keeps nothing of a transaction with a failing statement, and works on', async () => {
      const failing = database.transaction(async (transaction) => {
        await transaction.query('INSERT INTO things (id) VALUES (1)');
        await transaction.query('INSERT INTO things (id) VALUES (1)');
      });
      await expect(failing).rejects.toMatchObject({ code: '23505' });
      expect(await count()).toBe(0);
    });

    it('keeps nothing of a transaction whose failed statement was swallowed, and says so', async () => {
      const swallowing = database.transaction(async (transaction) => {
        await transaction.query('INSERT INTO things (id) VALUES (1)');
        await transaction.query('INSERT INTO things (id) VALUES (1)').catch(() => undefined);
      });
      await expect(swallowing).rejects.toThrow();
      expect(await count()).toBe(0);
    });

    it('makes transactions that lock one row wait for each other', async () => {
      await database.query('INSERT INTO things (id, big) VALUES (1, 0)');
      const increment = (): Promise<void> =>
        database.transaction(async (transaction) => {
          const [row] = await transaction.query('SELECT big::integer AS big FROM things WHERE id = 1 FOR UPDATE');
          await transaction.query('UPDATE things SET big = $1 WHERE id = 1', [Number(row?.['big']) + 1]);
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await database.query('SELECT big::integer AS big FROM things')).toEqual([{ big: 20 }]);
    });

    it('is UNAVAILABLE once closed, and can be closed twice', async () => {
      await Promise.all([database.close(), database.close()]);
      await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(database.transaction(async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
}
