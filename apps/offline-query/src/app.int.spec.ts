import { join } from 'node:path';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { freePort, temporaryDirectory } from '@larder/testing';
import { openOfflineQueryApp } from './app.js';
import { parseOfflineQueryConfig } from './config.js';

it('starts without a registry, says that it is not ready, and closes', async () => {
  const folder = await temporaryDirectory();
  const config = parseOfflineQueryConfig({
    LARDER_HTTP_HOST: '127.0.0.1',
    LARDER_HTTP_PORT: '0',
    LARDER_PROJECT: 'shop',
    LARDER_REGISTRY_URL: `http://127.0.0.1:${await freePort()}`,
    LARDER_SNAPSHOT_DIRECTORY: join(folder.path, 'snapshots'),
    LARDER_OUTPUT_DIRECTORY: join(folder.path, 'out'),
    LARDER_PROJECT_DIRECTORY: folder.path,
  });
  const app = await openOfflineQueryApp({ config, clock: systemClock, logger: silentLogger(), metrics: new Metrics() });
  const ready = await fetch(`${app.httpUrl}/health/ready`);
  const live = await fetch(`${app.httpUrl}/health/live`);
  const asked = await fetch(`${app.httpUrl}/v1/training-sets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"spine": [{}], "features": ["a:b"]}',
  });
  expect([ready.status, live.status, asked.status]).toEqual([503, 200, 503]);
  expect(await asked.json()).toMatchObject({
    error: { code: 'UNAVAILABLE', message: expect.stringContaining('no snapshot of project shop yet') },
  });
  await app.close();
  await expect(fetch(`${app.httpUrl}/health/live`)).rejects.toThrow('fetch failed');
  await folder.close();
});

it('names every wrong setting', () => {
  expect(() => parseOfflineQueryConfig({ LARDER_THREADS: 'many', LARDER_MEMORY_LIMIT_BYTES: '5' })).toThrow(
    /LARDER_PROJECT: is missing[^]*LARDER_MEMORY_LIMIT_BYTES: expected a whole number[^]*LARDER_THREADS: expected a whole number/,
  );
});
