import { runProgram } from './program.js';

async function larder(args: readonly string[], more: { isTTY?: boolean; environment?: Record<string, string> } = {}) {
  let out = '';
  let err = '';
  const { isTTY = false, environment = {} } = more;
  const code = await runProgram({
    args,
    environment: { LARDER_REGISTRY_URL: 'http://127.0.0.1:1', ...environment },
    stdout: { isTTY, write: (text) => (out += text) },
    stderr: { isTTY, write: (text) => (err += text) },
  });
  return { code, out, err };
}

const COMMANDS = [
  'plan',
  'apply',
  'rollback',
  'diff',
  'history',
  'search',
  'lineage',
  'list',
  'describe',
  'consumers',
  'projects',
  'materialize',
  'runs',
  'get',
  'training-set',
  'generate',
  'test',
  'dev',
];

describe('larder', () => {
  it('lists every command, how to start and its exit codes', async () => {
    const { code, out } = await larder(['--help']);
    expect([...out.matchAll(/^ {2}([a-z-]+) .*$/gm)].map(([, name]) => name)).toEqual(expect.arrayContaining(COMMANDS));
    expect([code, out]).toEqual([0, expect.stringContaining('Exit codes: 0 done, 1 failed or refused')]);
  });

  it.each(COMMANDS)('%s --help says what it does, with the global options', async (command) => {
    const { code, out } = await larder([command, '--help']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^Usage: larder ${command} [^]*Global Options:[^]*--json`)),
    ]);
  });

  it.each([
    [['aply'], 'Did you mean apply?'],
    [['plan', '--prun'], 'Did you mean --prune?'],
    [['rollback'], "missing required argument 'version'"],
    [['rollback', '1.5'], 'Expected a whole number'],
    [['generate', '--lang', 'cobol'], 'ts, python, json-schema'],
    [['generate', '--lang', 'ts', '--check', '--from', '.'], 'expected --out FILE too'],
    [['history'], '127.0.0.1:1'],
  ])('%j is refused with help', async (args, message) => {
    expect(await larder(args)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  });

  it.each([
    ['shop,dev-*', '(default: "shop")'],
    ['dev-*, shop', '(default: "shop")'],
    ['dev-*', "the registry's only one --registry-url"],
  ])('reads LARDER_PROJECT=%s as services do: the first name counts', async (projects, shown) => {
    const { out } = await larder(['--help'], { environment: { LARDER_PROJECT: projects } });
    expect(out.replace(/\s+/g, ' ')).toContain(shown);
  });

  it('colours on a terminal, not in a pipe and not when NO_COLOR is set', async () => {
    const red = '\u001b[31m';
    expect((await larder(['projects'], { isTTY: true })).err).toContain(red);
    expect((await larder(['projects'])).err).not.toContain(red);
    expect((await larder(['projects'], { isTTY: true, environment: { NO_COLOR: '1' } })).err).not.toContain(red);
  });

  it('prints an error as one JSON document, wherever --json stands', async () => {
    for (const args of [
      ['--json', 'projects'],
      ['projects', '--json'],
    ])
      expect(JSON.parse((await larder(args)).out)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });
});
