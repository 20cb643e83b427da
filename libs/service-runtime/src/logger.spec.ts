import { createLogger } from './logger.js';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLogger({ service: 'test', level: 'info', destination: { write: (line: string) => void lines.push(line) } }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('writes one JSON object per line with service, level, ISO time and message', () => {
    const [line] = linesOf((logger) => logger.child({ view: 'clicks' }).info({ rows: 3 }, 'loaded'));
    expect(line).toMatchObject({ service: 'test', level: 'info', view: 'clicks', rows: 3, msg: 'loaded' });
    expect(String(line?.['time'])).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('keeps the cause of an error', () => {
    const [line] = linesOf((logger) =>
      logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed'),
    );
    expect(JSON.stringify(line)).toContain('inner');
  });

  it('replaces fields that name secrets', () => {
    const [line] = linesOf((logger) => logger.warn({ password: 'p', config: { databaseUrl: 'u' } }, 'careful'));
    expect(line).toMatchObject({ password: '[secret]', config: { databaseUrl: '[secret]' } });
  });

  it('leaves out what is below its level', () => {
    expect(linesOf((logger) => logger.debug('quiet'))).toEqual([]);
  });
});
