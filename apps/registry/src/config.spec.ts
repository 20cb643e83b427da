import { parseRegistryConfig } from './config.js';

describe('parseRegistryConfig', () => {
  it('keeps everything in a folder and listens on 6570 when nothing is set', () => {
    expect(parseRegistryConfig({})).toMatchObject({
      httpPort: 6570,
      databaseUrl: undefined,
      dataDirectory: '.larder/registry',
    });
  });

  it('takes a PostgreSQL url and nothing else', () => {
    const databaseUrl = 'postgres://user:password@db:5432/larder';
    expect(parseRegistryConfig({ LARDER_DATABASE_URL: databaseUrl }).databaseUrl).toBe(databaseUrl);
    expect(() => parseRegistryConfig({ LARDER_DATABASE_URL: 'mysql://db/larder' })).toThrow('LARDER_DATABASE_URL');
  });
});
