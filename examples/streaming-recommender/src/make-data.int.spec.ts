import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';
import { temporaryDirectory } from '@larder/testing';
import { makeData } from './make-data.js';

const example = fileURLToPath(new URL('..', import.meta.url));
const FILES = ['watch_events', 'watch_stream', 'user_segments'].map((folder) => `data/${folder}/part-0.parquet`);

async function rowsOf(directory: string, file: string): Promise<unknown> {
  const store = await openOfflineStore({
    projectDirectory: directory,
    allowedDirectories: [directory],
    temporaryDirectory: join(directory, '.larder/tmp'),
  });
  try {
    return (await store.readRows(`SELECT * FROM read_parquet('${join(directory, file)}')`)).rows;
  } finally {
    await store.close();
  }
}

describe('the committed Parquet files', () => {
  it('hold exactly what the story says', async () => {
    const folder = await temporaryDirectory();
    try {
      await makeData(folder.path);
      for (const file of FILES) expect(await rowsOf(example, file)).toEqual(await rowsOf(folder.path, file));
    } finally {
      await folder.close();
    }
  });
});
