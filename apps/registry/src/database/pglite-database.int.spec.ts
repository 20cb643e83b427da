import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@larder/testing';
import { describeDatabase } from './database.contract.js';
import { IN_MEMORY, openPgliteDatabase } from './pglite-database.js';

/** Making a database takes seconds, more on a busy machine. */
const SLOW_MS = 180_000;

describeDatabase('PGlite in memory', () => openPgliteDatabase(IN_MEMORY));

describe('PGlite in a folder', () => {
  it(
    'keeps its data from one opening to the next, and the folder for one at a time',
    async () => {
      const folder = await temporaryDirectory();
      const directory = join(folder.path, 'not', 'there', 'yet');
      const first = await openPgliteDatabase(directory);
      await first.query('CREATE TABLE kept (id integer)');
      await expect(openPgliteDatabase(directory)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining(`in use by process ${process.pid}`),
      });
      await first.close();
      const second = await openPgliteDatabase(directory);
      expect(await second.query('SELECT id FROM kept')).toEqual([]);
      await second.close();
      expect(await readdir(directory)).toEqual(['pglite']);
      await folder.close();
    },
    SLOW_MS,
  );

  it(
    'starts again where a first start was stopped half-way',
    async () => {
      const folder = await temporaryDirectory();
      await writeFile(join(folder.path, 'pglite.partial'), 'half');
      const database = await openPgliteDatabase(folder.path);
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await database.close();
      await folder.close();
    },
    SLOW_MS,
  );

  it(
    'says what is wrong with a folder that is none',
    async () => {
      const folder = await temporaryDirectory();
      const file = join(folder.path, 'file');
      await writeFile(file, '');
      await expect(openPgliteDatabase(file)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining(file),
      });
      await folder.close();
    },
    SLOW_MS,
  );
});
