import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The benches share their runner, child processes, report and servers: one of them shows that they work. */
describe('npm run bench -- serving-unary --quick --json', () => {
  it('prints one line per metric with a ratio of finite medians, and nothing else', () => {
    const args = ['scripts/bench.mjs', 'serving-unary', '--quick', '--json'];
    const env = { ...process.env, LARDER_SKIP_INSTALL: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const positive = expect.any(Number);
    const common = { bench: 'serving-unary', unit: 'calls/s', floor: positive, value: positive, ratio: positive };
    expect(lines).toEqual([
      { ...common, metric: 'calls per server CPU second' },
      { ...common, metric: 'calls per second' },
    ]);
  });
});
