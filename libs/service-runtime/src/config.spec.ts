import { z } from 'zod';
import { commonSettings } from './common-settings.js';
import { describeSettings, parseConfig, setting } from './config.js';
import { integerText, portText, urlText } from './setting-types.js';

const settings = {
  ...commonSettings({ httpPort: 6570 }),
  project: setting('LARDER_PROJECT', z.string(), 'Project that is served.'),
  redisUrl: setting(
    'LARDER_REDIS_URL',
    urlText(['redis:', 'rediss:']).default('redis://localhost:6379'),
    'Online store.',
  ),
  threads: setting('LARDER_THREADS', integerText({ min: 1, max: 64, default: 4 }), 'Threads of a query.'),
};

function problemsOf(environment: Record<string, string>): unknown {
  try {
    parseConfig(settings, environment);
    return [];
  } catch (error) {
    return (error as { details: { problems: unknown } }).details.problems;
  }
}

describe('parseConfig', () => {
  it('gives each setting its type and its default', () => {
    expect(
      parseConfig(settings, { LARDER_PROJECT: 'demo', LARDER_THREADS: '8', LARDER_FIXED_NOW: '2026-05-07T22:00:00Z' }),
    ).toEqual({
      logLevel: 'info',
      httpHost: '0.0.0.0',
      httpPort: 6570,
      drainSeconds: 10,
      fixedNow: 1778191200000000n,
      project: 'demo',
      redisUrl: 'redis://localhost:6379',
      threads: 8,
    });
  });

  it('reports every problem under the name of its variable', () => {
    const environment = {
      LARDER_LOG_LEVEL: 'loud',
      LARDER_HTTP_PORT: '65536',
      LARDER_THREADS: '2.5',
      LARDER_REDIS_URL: 'http://localhost',
      LARDER_FIXED_NOW: 'noon',
    };
    expect(problemsOf(environment)).toEqual([
      { path: 'LARDER_LOG_LEVEL', message: expect.stringContaining('"info"') },
      { path: 'LARDER_HTTP_PORT', message: 'expected a whole number from 0 to 65535' },
      { path: 'LARDER_FIXED_NOW', message: expect.stringContaining('not a time') },
      { path: 'LARDER_PROJECT', message: 'is missing' },
      { path: 'LARDER_REDIS_URL', message: 'expected a URL such as redis://… or rediss://…' },
      { path: 'LARDER_THREADS', message: 'expected a whole number from 1 to 64' },
    ]);
  });

  it('treats an empty variable as not set', () => {
    expect(problemsOf({ LARDER_PROJECT: '', LARDER_THREADS: '' })).toEqual([
      { path: 'LARDER_PROJECT', message: 'is missing' },
    ]);
  });

  it('does not repeat a value, which may be a secret', () => {
    expect(JSON.stringify(problemsOf({ LARDER_PROJECT: 'demo', LARDER_REDIS_URL: 'hunter2' }))).not.toContain(
      'hunter2',
    );
  });

  it.each(['-1', '1e3', ' 80', '0x50', '99999999999999999999'])('refuses %j as a port', (text) => {
    expect(portText(80).safeParse(text).success).toBe(false);
  });
});

describe('describeSettings', () => {
  it('lists variable, default and whether it is required', () => {
    const byVariable = new Map(describeSettings(settings).map((each) => [each.variable, each]));
    expect(byVariable.get('LARDER_THREADS')).toEqual({
      variable: 'LARDER_THREADS',
      default: 4,
      required: false,
      description: 'Threads of a query.',
    });
    expect(byVariable.get('LARDER_PROJECT')).toMatchObject({ default: undefined, required: true });
  });
});
