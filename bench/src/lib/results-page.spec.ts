import { buildMetric } from './metric.js';
import type { BenchResult } from './report.js';
import { jsonLines, reportText } from './report.js';
import { resultsPage } from './results-page.js';

const result: BenchResult = {
  bench: 'reads',
  about: 'how fast reads are',
  floor: 'an echo',
  conditions: ['one thread'],
  notMeasured: ['latency'],
  measuredAt: '2026-05-07T10:00:00.000Z',
  machine: { cpu: 'cpu', cores: 2, memoryBytes: 2 ** 34, system: 'linux', node: 'v20', commit: 'abc' },
  metrics: [
    buildMetric({
      metric: 'calls',
      unit: 'calls/s',
      bars: [
        { on: 'ratio', atLeast: 0.5 },
        { on: 'value', atLeast: 500 },
      ],
      floorSamples: [1000],
      valueSamples: [400],
    }),
  ],
};

describe('a result', () => {
  it('is one JSON line per metric for programs', () => {
    expect(jsonLines(result)).toBe(
      '{"bench":"reads","metric":"calls","floor":1000,"value":400,"ratio":0.4,"unit":"calls/s"}\n',
    );
  });

  it('says to people what was not met and not measured', () => {
    expect(reportText(result)).toMatch(
      /calls +1,000 +400 +calls\/s +0\.400 +0\.40–0\.40 +≥ 0\.5 ×; ≥ 500 +NOT MET; NOT MET/,
    );
    expect(reportText(result)).toContain('not measured: latency');
  });

  it('is a table on the page of results', () => {
    expect(resultsPage([result])).toContain(
      '| calls | 1,000 | 400 | calls/s | 0.40 | 0.40–0.40 | ≥ 0.5 ×; ≥ 500 | **not met**; **not met** |',
    );
  });
});
