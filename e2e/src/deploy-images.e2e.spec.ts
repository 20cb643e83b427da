// The images can be built and hold all that their apps need: the build stage's own commands run in a copy of the build
// context, and what they made is started. Needs no container engine.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemporaryDirectory } from '@larder/testing';
import { freePort, temporaryDirectory, waitFor } from '@larder/testing';
import { settingsOf, withSecrets } from './deploy/app-settings.js';
import { isIgnored } from './deploy/build-context.js';
import { variablesOf, wordsOf } from './deploy/containerfile.js';
import { containerStages, imageOf, runBuildStage, SimulatedImage } from './deploy/image.js';
import { deploymentOf, environmentOf } from './deploy/manifest.js';
import { renderChart, REQUIRED_VALUES } from './deploy/render-chart.js';
import { DEPLOYED_APPS, inWorkspace, releaseVersion } from './deploy/workspace-paths.js';

/** Folders of the workspace's packages, which `npm ci` asks for. */
function lockedWorkspaces(): string[] {
  const lock = JSON.parse(readFileSync(inWorkspace('package-lock.json'), 'utf8')) as { packages: object };
  return Object.keys(lock.packages).filter((path) => path !== '' && !path.includes('node_modules/'));
}

describe('the container images', () => {
  it('are built from everything that is needed and nothing that is private or made', () => {
    const made = ['node_modules/zod', 'libs/registry/node_modules/yaml', 'dist/apps', '.larder/registry', 'x.log'];
    const secret = ['.git/config', '.env.local', 'examples/streaming-recommender/.env'];
    expect([...made, ...secret].filter((path) => !isIgnored(path))).toEqual([]);
    const needed = ['package-lock.json', '.npmrc', ...lockedWorkspaces().map((path) => `${path}/package.json`)];
    expect(needed.filter(isIgnored)).toEqual([]);
  });

  it('run as one numeric user, never as root, from an image without a registry host', () => {
    for (const app of DEPLOYED_APPS) expect(wordsOf(imageOf(app), 'USER')).toEqual(['10001:10001']);
    const text = readFileSync(inWorkspace('deploy/containers/Containerfile'), 'utf8');
    expect(/^ARG NODE_IMAGE=(.*)$/m.exec(text)?.[1]).toMatch(/^node:\d+-bookworm-slim$/);
    expect(text).toContain(`ARG VERSION=${releaseVersion()}`);
    expect(new Set(containerStages().map(({ base }) => base))).toEqual(new Set(['${NODE_IMAGE}', 'runtime']));
  });

  it.each(DEPLOYED_APPS)('declare for %s the ports that it listens on, as the chart does', async (app) => {
    const ports = wordsOf(imageOf(app), 'EXPOSE').map(Number);
    const settings = Object.values(await settingsOf(app)).filter(({ variable }) => variable.endsWith('_PORT'));
    expect(settings.map(({ schema }) => schema.parse(undefined))).toEqual(ports);
    expect(settings.map(({ variable }) => Number(variablesOf(imageOf(app))[variable]))).toEqual(ports);
    const [container] = deploymentOf(await renderChart({ set: REQUIRED_VALUES }), app).spec.template.spec.containers;
    expect(container.ports.map(({ containerPort }) => containerPort)).toEqual(ports);
  });
});

describe('what the images hold', () => {
  let folder: TemporaryDirectory;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    await runBuildStage(folder.path);
  }, 120_000);

  afterAll(() => folder.close());

  it.each(DEPLOYED_APPS)('starts %s with the variables of the chart and nothing but what they hold', async (app) => {
    const image = new SimulatedImage(app, folder.path, stateFolder(app));
    const environment = withSecrets(environmentOf(await renderChart({ set: REQUIRED_VALUES }), app));
    expect(await image.run(['--check-config'], environment)).toMatchObject({ exitCode: 0 });
    expect(await image.run(['--check-config'], { ...environment, LARDER_DRAIN_SECONDS: 'ten' })).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('LARDER_DRAIN_SECONDS'),
    });
  });

  // A new PGlite takes about six seconds of a core to start.
  it('tells a healthy registry from one that is not there, and stops on SIGTERM', async () => {
    const image = new SimulatedImage('registry', folder.path, stateFolder('running'));
    const environment = {
      LARDER_HTTP_PORT: String(await freePort()),
      LARDER_LOG_LEVEL: 'error',
      LARDER_DRAIN_SECONDS: '2',
    };
    expect(await image.checkHealth(environment)).toMatchObject({ exitCode: 1 });
    const registry = image.start(environment);
    const exit = new Promise<number | null>((resolve) => registry.once('exit', resolve));
    await waitFor(() => image.checkHealth(environment), {
      until: ({ exitCode }) => exitCode === 0 || registry.exitCode !== null,
      timeoutMs: 120_000,
      intervalMs: 500,
      describe: 'the registry to be healthy',
    }).finally(() => registry.kill('SIGTERM'));
    expect(registry.exitCode).toBeNull();
    expect(await exit).toBe(0);
  }, 150_000);

  function stateFolder(name: string): string {
    const state = join(folder.path, 'state', name);
    mkdirSync(state, { recursive: true });
    return state;
  }
});
