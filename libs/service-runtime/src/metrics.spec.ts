import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('writes counters, gauges and histograms as text', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'larder_rows_total', help: 'Rows.', labels: ['view'] }).inc({ view: 'clicks' }, 3);
    metrics.gauge({ name: 'larder_lag_seconds', help: 'Lag.', collect: (gauge) => gauge.set(7) });
    metrics.histogram({ name: 'larder_read_seconds', help: 'Reads.' }).observe(0.0002);
    const text = await metrics.text();
    expect(text).toContain('larder_rows_total{view="clicks"} 3');
    expect(text).toContain('larder_lag_seconds 7');
    expect(text).toContain('larder_read_seconds_bucket{le="0.0001"} 0');
    expect(text).toContain('larder_read_seconds_bucket{le="0.00025"} 1');
  });

  it('shares nothing with another service of the process', async () => {
    const one = new Metrics();
    const other = new Metrics();
    one.counter({ name: 'larder_a_total', help: 'A.' });
    other.counter({ name: 'larder_a_total', help: 'A.' });
    expect(await one.text()).not.toContain('process_cpu');
  });

  it('refuses a name that is taken', () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'larder_a_total', help: 'A.' });
    expect(() => metrics.counter({ name: 'larder_a_total', help: 'A.' })).toThrow();
  });
});
