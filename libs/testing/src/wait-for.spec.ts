import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('returns the first value that is the awaited one', async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks, { until: (value) => value >= 3, intervalMs: 1 })).toBe(3);
    expect(looks).toBe(3);
  });

  it('looks again after an error', async () => {
    let looks = 0;
    const look = async (): Promise<string> => {
      if (++looks < 3) throw new Error('not there');
      return 'there';
    };
    expect(await waitFor(look, { intervalMs: 1 })).toBe('there');
  });

  it('fails with what it waited for and the last value seen', async () => {
    let looks = 0;
    const failure = waitFor(() => ({ rows: (looks = Math.min(looks + 1, 2)) }), {
      until: ({ rows }) => rows === 3,
      timeoutMs: 100,
      intervalMs: 1,
      describe: 'three rows',
    });
    await expect(failure).rejects.toThrow('waited 100 ms in vain for three rows; last seen: { rows: 2 }');
  });

  it('fails with the last error', async () => {
    const failure = waitFor(async () => Promise.reject(new Error('refused')), { timeoutMs: 50 });
    await expect(failure).rejects.toThrow('waited 50 ms in vain for a condition; last seen: Error: refused');
  });

  it('fails in time when a look hangs', async () => {
    await expect(waitFor(() => new Promise<never>(() => undefined), { timeoutMs: 50 })).rejects.toThrow(
      'last seen: nothing was seen',
    );
  });
});
