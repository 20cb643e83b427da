import { materializerWorkerSettings, parseMaterializerWorkerConfig } from './config.js';

describe('the configuration', () => {
  it('needs only the project', () => {
    expect(parseMaterializerWorkerConfig({ LARDER_PROJECT: 'demo' })).toMatchObject({
      projects: ['demo'],
      unscheduledProjects: ['dev-*'],
      httpPort: 6572,
      redisUrl: 'redis://localhost:6379',
      queueRedisUrl: undefined,
      projectDirectory: '.',
      allowedDirectories: undefined,
      concurrency: 2,
      keepGenerationSeconds: 600,
    });
  });

  it('takes several projects and patterns', () => {
    const environment = { LARDER_PROJECT: 'shop, team-*', LARDER_UNSCHEDULED_PROJECTS: 'none' };
    expect(parseMaterializerWorkerConfig(environment)).toMatchObject({
      projects: ['shop', 'team-*'],
      unscheduledProjects: ['none'],
    });
  });

  it('splits folders at colons', () => {
    expect(
      parseMaterializerWorkerConfig({ LARDER_PROJECT: 'demo', LARDER_ALLOWED_DIRECTORIES: '/data:/more' })
        .allowedDirectories,
    ).toEqual(['/data', '/more']);
  });

  it('reports every problem', () => {
    expect(() => parseMaterializerWorkerConfig({ LARDER_THREADS: 'many', LARDER_WORKER_CONCURRENCY: '0' })).toThrow(
      /3 problems[\s\S]*LARDER_PROJECT: [\s\S]*LARDER_THREADS[\s\S]*LARDER_WORKER_CONCURRENCY/,
    );
  });

  it('describes every setting', () => {
    for (const { variable, description } of Object.values(materializerWorkerSettings))
      expect([variable, description]).toEqual([expect.stringMatching(/^LARDER_/), expect.stringMatching(/\.$/)]);
  });
});
