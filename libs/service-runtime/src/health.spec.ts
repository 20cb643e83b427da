import { LarderError } from '@larder/registry';
import { Health } from './health.js';
import { Lifecycle } from './lifecycle.js';
import { silentLogger } from './logger.js';

function healthOf(): { health: Health; lifecycle: Lifecycle } {
  const lifecycle = new Lifecycle({ name: 'test', logger: silentLogger(), drainSeconds: 0 });
  return { health: new Health(lifecycle, silentLogger()), lifecycle };
}

describe('Health', () => {
  it('is live but not ready while starting', async () => {
    const { health } = healthOf();
    expect(health.isLive()).toBe(true);
    expect(await health.readiness()).toEqual({ ready: false, state: 'starting', checks: {}, details: {} });
  });

  it('is ready when everything is open and every check passes', async () => {
    const { health, lifecycle } = healthOf();
    health.addCheck('database', async () => undefined);
    lifecycle.markReady();
    expect(await health.readiness()).toEqual({
      ready: true,
      state: 'ready',
      checks: { database: 'ok' },
      details: {},
    });
  });

  it('shows a Larder error’s message and hides any other', async () => {
    const { health, lifecycle } = healthOf();
    lifecycle.markReady();
    health.addCheck('redis', () => {
      throw new LarderError('UNAVAILABLE', 'no Redis answers');
    });
    health.addCheck('disk', () => Promise.reject(new Error('secret path')));
    expect(await health.readiness()).toEqual({
      ready: false,
      state: 'ready',
      checks: { redis: 'no Redis answers', disk: 'fails' },
      details: {},
    });
  });

  it('tells what a check has to tell, and is ready all the same', async () => {
    const { health, lifecycle } = healthOf();
    lifecycle.markReady();
    health.addCheck('snapshot', () => 'shop version 7 from disk');
    health.addCheck('queue', () => Promise.resolve());
    expect(await health.readiness()).toEqual({
      ready: true,
      state: 'ready',
      checks: { snapshot: 'ok', queue: 'ok' },
      details: { snapshot: 'shop version 7 from disk' },
    });
  });

  it('is not ready while draining and after', async () => {
    const { health, lifecycle } = healthOf();
    lifecycle.markReady();
    const closing = lifecycle.close();
    expect(await health.readiness()).toMatchObject({ ready: false });
    await closing;
    expect(await health.readiness()).toMatchObject({ ready: false, state: 'stopped' });
  });

  it('is not live once it failed', async () => {
    const { health, lifecycle } = healthOf();
    await lifecycle.abandonOpening();
    expect(health.isLive()).toBe(false);
  });
});
