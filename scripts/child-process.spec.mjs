import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { captureCommand, childEnvironment, runNode } from './child-process.mjs';

/** @param {string} code */
const run = (code) => captureCommand(process.execPath, ['-e', code]);

describe('captureCommand', () => {
  it('returns the exit code and both streams', async () => {
    const { code, output } = await run("console.log('one'); console.error('two'); process.exitCode = 3;");
    expect(code).toBe(3);
    expect(output.split('\n').sort()).toEqual(['', 'one', 'two']);
  });

  it('removes colours, also of programs that insist on them', async () => {
    expect((await run("console.log('\\u001b[31mred\\u001b[0m');")).output).toBe('red\n');
  });

  it('passes the input', async () => {
    const args = ['-e', 'process.stdin.pipe(process.stdout)'];
    expect(await captureCommand(process.execPath, args, { input: Buffer.from('in') })).toEqual({
      code: 0,
      output: 'in',
    });
  });

  it('reports a program that does not exist instead of throwing', async () => {
    const { code, output } = await captureCommand('no-such-program', []);
    expect([code, output]).toEqual([127, expect.stringContaining('no-such-program')]);
  });
});

describe('childEnvironment', () => {
  it('asks for no colours unless a terminal reads them', () => {
    const { FORCE_COLOR, NO_COLOR } = childEnvironment({ FORCE_COLOR: '1' });
    expect([FORCE_COLOR, NO_COLOR]).toEqual(process.stdout.isTTY ? ['1', process.env['NO_COLOR']] : [undefined, '1']);
  });

  it('sizes the thread pool, which a running process cannot do for itself', () => {
    expect(Number(childEnvironment()['UV_THREADPOOL_SIZE'])).toBeGreaterThan(4);
  });
});

describe('runNode', () => {
  it("returns the script's exit code, 128 + n for a signal", async () => {
    expect(await runNode(['-e', 'process.exitCode = 5'])).toBe(5);
    expect(await runNode(['-e', "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 60_000)"])).toBe(137);
  });

  it('passes SIGTERM on and outlives the script', async () => {
    const script = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready');";
    const module = new URL('./child-process.mjs', import.meta.url).href;
    const outer = `const { runNode } = await import(${JSON.stringify(module)});
      process.exitCode = await runNode(['-e', ${JSON.stringify(script)}]);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', outer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    parent.kill('SIGTERM');
    expect(await once(parent, 'close')).toEqual([7, null]);
  });
});
