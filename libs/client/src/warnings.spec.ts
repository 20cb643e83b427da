import { checkApplication } from './application-name.js';
import { eachOnce } from './warnings.js';

describe('warnings of the server', () => {
  it('are told once each', () => {
    const told: string[] = [];
    const tell = eachOnce((text) => told.push(text));
    tell(['a', 'b']);
    tell(['b', 'c', 'a']);
    expect(told).toEqual(['a', 'b', 'c']);
  });

  it('go to the console when the application does not listen', () => {
    const lines: unknown[] = [];
    const terminal: Pick<Console, 'warn'> = console;
    const { warn } = terminal;
    terminal.warn = (...line: unknown[]) => void lines.push(line);
    try {
      eachOnce()(['profile is deprecated']);
    } finally {
      terminal.warn = warn;
    }
    expect(lines).toEqual([['larder: profile is deprecated']]);
  });
});

describe('the name of an application', () => {
  it.each(['checkout', 'checkout/1.2', 'check-out_2/1.2.3+build'])('may be %s', (name) => {
    expect(checkApplication(name)).toBe(name);
  });

  it.each(['', 'check out', 'checkout/', 'kassé', 'a\nb', 'x'.repeat(101)])('is refused when it is %j', (name) => {
    expect(() => checkApplication(name)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
