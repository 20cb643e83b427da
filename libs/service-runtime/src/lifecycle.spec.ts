import { Lifecycle, openService } from './lifecycle.js';
import { silentLogger } from './logger.js';

const logger = silentLogger();

function lifecycleWith(drainSeconds: number): Lifecycle {
  return new Lifecycle({ name: 'test', logger, drainSeconds });
}

describe('Lifecycle', () => {
  it('closes in reverse order of opening, once, and ends stopped', async () => {
    const lifecycle = lifecycleWith(1);
    const closed: string[] = [];
    lifecycle.onClose('database', () => void closed.push('database'));
    lifecycle.onClose('server', async () => void closed.push('server'));
    lifecycle.markReady();
    await Promise.all([lifecycle.close(), lifecycle.close()]);
    expect(closed).toEqual(['server', 'database']);
    expect(lifecycle.state).toBe('stopped');
  });

  it('is draining, and has run the drain hooks, before anything closes', async () => {
    const lifecycle = lifecycleWith(1);
    const seen: string[] = [];
    lifecycle.onDrain(() => void seen.push('hook'));
    lifecycle.onClose('server', () => void seen.push(lifecycle.state));
    lifecycle.markReady();
    await lifecycle.close();
    expect(seen).toEqual(['hook', 'draining']);
  });

  it('closes the rest when one closer fails, ends failed and rejects with its error', async () => {
    const lifecycle = lifecycleWith(1);
    const closed: string[] = [];
    lifecycle.onClose('first', () => void closed.push('first'));
    lifecycle.onClose('broken', () => {
      throw new Error('stuck lock');
    });
    lifecycle.markReady();
    await expect(lifecycle.close()).rejects.toThrow('stuck lock');
    expect(closed).toEqual(['first']);
    expect(lifecycle.state).toBe('failed');
  });

  it('tells closers when the drain’s time is over', async () => {
    const lifecycle = lifecycleWith(0.02);
    lifecycle.onClose(
      'job',
      (deadline) => new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve())),
    );
    lifecycle.markReady();
    await lifecycle.close();
    expect(lifecycle.state).toBe('stopped');
  });

  it('leaves a closer behind that ignores the deadline', async () => {
    const lifecycle = lifecycleWith(0.02);
    const closed: string[] = [];
    lifecycle.onClose('first', () => void closed.push('first'));
    lifecycle.onClose('deaf', () => new Promise<void>(() => undefined));
    lifecycle.markReady();
    await lifecycle.close();
    expect(closed).toEqual(['first']);
  });

  it('waits with closing until a readiness probe has seen red', async () => {
    const lifecycle = lifecycleWith(60);
    const order: string[] = [];
    lifecycle.onClose('server', () => void order.push('closed'));
    lifecycle.markReady();
    lifecycle.noteProbe();
    lifecycle.noteProbe();
    const closing = lifecycle.close();
    await new Promise((resolve) => setImmediate(resolve));
    order.push('probe');
    lifecycle.noteProbe();
    await closing;
    expect(order).toEqual(['probe', 'closed']);
  });

  it('does not wait for a probe when nobody probes regularly', async () => {
    const lifecycle = lifecycleWith(60);
    lifecycle.markReady();
    lifecycle.noteProbe();
    const started = performance.now();
    await lifecycle.close();
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('does not wait for a probe longer than half of the drain’s time', async () => {
    const lifecycle = lifecycleWith(0.1);
    let aborted: boolean | undefined;
    lifecycle.onClose('server', (deadline) => void (aborted = deadline.aborted));
    lifecycle.markReady();
    lifecycle.noteProbe();
    lifecycle.noteProbe();
    await lifecycle.close();
    expect(aborted).toBe(false);
  });
});

describe('openService', () => {
  it('returns what was opened with its state ready', async () => {
    const service = await openService({ name: 'test', logger, drainSeconds: 1 }, async () => ({ port: 4 }));
    expect(service.port).toBe(4);
    expect(service.lifecycle.state).toBe('ready');
    await service.close();
    expect(service.lifecycle.state).toBe('stopped');
  });

  it('closes what was opened when opening fails, and passes the error on', async () => {
    const closed: string[] = [];
    let lifecycleSeen: Lifecycle | undefined;
    const opening = openService({ name: 'test', logger, drainSeconds: 1 }, async (lifecycle) => {
      lifecycleSeen = lifecycle;
      lifecycle.onClose('database', () => void closed.push('database'));
      throw new Error('port taken');
    });
    await expect(opening).rejects.toThrow('port taken');
    expect(closed).toEqual(['database']);
    expect(lifecycleSeen?.state).toBe('failed');
  });
});
