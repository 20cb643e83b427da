import { barText, buildMetric, figureText, meetsBar, pairRatios } from './metric.js';

const input = { metric: 'speed', unit: 'calls/s', bars: [] };

describe('buildMetric', () => {
  it('divides the medians', () => {
    const metric = buildMetric({ ...input, floorSamples: [10, 1000, 20], valueSamples: [8, 9, 30] });
    expect([metric.floor, metric.value, metric.ratio]).toEqual([20, 9, 0.45]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a median of %p', (figure) => {
    expect(() => buildMetric({ ...input, floorSamples: [1], valueSamples: [figure] })).toThrow('no measurement');
  });
});

describe('meetsBar', () => {
  it.each([
    [{ on: 'ratio', atLeast: 0.9 } as const, true],
    [{ on: 'ratio', atLeast: 0.91 } as const, false],
    [{ on: 'ratio', atMost: 0.89 } as const, false],
    [{ on: 'value', atLeast: 300 } as const, true],
    [{ on: 'value', atMost: 299 } as const, false],
  ])('%p: %p', (bar, met) => {
    expect(meetsBar({ ratio: 0.9, value: 300 }, bar)).toBe(met);
  });
});

describe('texts', () => {
  it('are for people', () => {
    expect(barText({ on: 'ratio', atLeast: 0.9 })).toBe('≥ 0.9 ×');
    expect(barText({ on: 'value', atMost: 1_073_741_824 })).toBe('≤ 1,073,741,824');
    expect([figureText(0.12345), figureText(12.345), figureText(1234.5)]).toEqual(['0.123', '12.3', '1,235']);
    expect(pairRatios({ floorSamples: [1, 2], valueSamples: [2, 1] })).toBe('0.50–2.00');
  });
});
