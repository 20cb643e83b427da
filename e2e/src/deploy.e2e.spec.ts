// What is deployed fits together: chart and compose file agree with the images, with Kubernetes and with the settings that
// the apps really know. Nothing here needs a cluster or a container engine.
import { environmentProblems, settingsOf, SECRETS, withSecrets } from './deploy/app-settings.js';
import { furtherSettings, valuesKey } from './deploy/chart-values.js';
import { checkManifests } from './deploy/check-manifests.js';
import { composeEnvironment, readComposeFile } from './deploy/compose-file.js';
import { variablesOf, wordsOf } from './deploy/containerfile.js';
import { chartPath, runHelm } from './deploy/helm.js';
import { imageOf } from './deploy/image.js';
import type { Manifest } from './deploy/manifest.js';
import { deploymentOf, environmentOf, findManifest, serviceOf } from './deploy/manifest.js';
import { parseManifests, renderChart, REQUIRED_VALUES, templateChart } from './deploy/render-chart.js';
import { DEPLOYED_APPS, releaseVersion } from './deploy/workspace-paths.js';

describe('the helm chart', () => {
  const renders: Record<'default' | 'production', Manifest[]> = { default: [], production: [] };

  beforeAll(async () => {
    renders.default = await renderChart({ set: REQUIRED_VALUES });
    renders.production = await renderChart({ file: 'values-production.yaml' });
  });

  it('passes helm lint --strict with the default and the production values', async () => {
    for (const values of [[], ['--values', `${chartPath}/values-production.yaml`]]) {
      expect(await runHelm('lint', '--strict', chartPath, ...values)).toMatchObject({ exitCode: 0 });
    }
  });

  it('refuses misspelt values, values of a wrong type and LARDER_ variables that it has a value for', async () => {
    const refused: [string, unknown][] = [
      ['onlineServing.replcas', 3],
      ['projekt', 'demo'],
      ['registry.replicas', 'two'],
      ['redis.url', 'http://redis'],
      ['materializerWorker.pod.tolerationz', []],
      ['offlineQuery.pod.extraEnv', [{ name: 'LARDER_THREADZ', value: '2' }]],
    ];
    for (const [name, value] of refused) {
      const { exitCode, stderr } = await templateChart({ set: { ...REQUIRED_VALUES, [name]: value } });
      expect({ name, exitCode, stderr }).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("don't meet the specifications"),
      });
    }
  });

  it('names every value that is missing or contradicts another, all at once', async () => {
    const { exitCode, stderr } = await templateChart({ set: { 'registry.replicas': 2 } });
    expect(exitCode).toBe(1);
    for (const name of ['project:', 'redis:', 'data.existingClaim:', 'registry.replicas:'])
      expect(stderr).toContain(`- ${name}`);
  });

  it('renders manifests that Kubernetes knows, field by field', async () => {
    expect(renders.default.map(({ kind }) => kind).sort()).toEqual(
      [
        ...DEPLOYED_APPS.flatMap(() => ['ConfigMap', 'Deployment', 'Service', 'ServiceAccount']),
        'PersistentVolumeClaim',
        'PodDisruptionBudget',
      ].sort(),
    );
    expect(renders.production.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['HorizontalPodAutoscaler', 'NetworkPolicy']),
    );
    expect(await checkManifests([...renders.default, ...renders.production])).toEqual([]);
  });

  it('would notice a misspelt field, a wrong value, a missing one and an unknown kind', async () => {
    const { stdout } = await templateChart({ set: REQUIRED_VALUES });
    const break_ = (from: string, to: string): Promise<string[]> =>
      checkManifests(parseManifests(stdout.replaceAll(from, to)));
    expect((await break_('readinessProbe:', 'readynessProbe:')).join()).toContain('"readynessProbe"');
    expect((await break_('maxUnavailable: 1\n', 'maxUnavailble: 1\n')).join()).toContain('"maxUnavailble"');
    expect((await break_('containerPort: 6570', 'containerPort: http')).join()).toContain('containerPort');
    expect((await break_('topologyKey: kubernetes.io/hostname', '')).join()).toContain('topologyKey');
    expect((await break_('kind: PodDisruptionBudget', 'kind: PodDisruptionBudgit')).join()).toContain(
      'PodDisruptionBudgit',
    );
  });

  it.each(DEPLOYED_APPS)('gives %s only variables that it knows, with values that it takes', async (app) => {
    for (const manifests of Object.values(renders)) {
      const environment = { ...variablesOf(imageOf(app)), ...withSecrets(environmentOf(manifests, app)) };
      expect(await environmentProblems(app, environment)).toEqual([]);
    }
  });

  // What the chart has no value of its own for is listed in values.schema.json, under the app's settings.
  it.each(DEPLOYED_APPS)('has a value for every setting of %s', async (app) => {
    const chartSets = Object.values(renders).flatMap((manifests) => Object.keys(environmentOf(manifests, app)));
    const fixed = [...Object.keys(variablesOf(imageOf(app))), 'LARDER_FIXED_NOW'];
    const known = Object.values(await settingsOf(app)).map(({ variable }) => variable);
    const further = known.filter((variable) => ![...chartSets, ...fixed].includes(variable));
    expect(furtherSettings(app).toSorted()).toEqual(further.toSorted());
    const manifests = await renderChart({
      set: { ...REQUIRED_VALUES, [`${valuesKey(app)}.settings`]: { LARDER_HTTP_HOST: '::' } },
    });
    expect(environmentOf(manifests, app)).toMatchObject({ LARDER_HTTP_HOST: '::' });
  });

  it('would notice a misspelt variable and a value that an app refuses', async () => {
    const environment = withSecrets(environmentOf(renders.production, 'online-serving'));
    expect(await environmentProblems('online-serving', { ...environment, LARDER_REDIS_ULR: 'redis://redis' })).toEqual([
      'LARDER_REDIS_ULR: unknown to online-serving',
    ]);
    expect(
      (await environmentProblems('online-serving', { ...environment, LARDER_DRAIN_SECONDS: '10s' })).join(),
    ).toContain('LARDER_DRAIN_SECONDS');
  });

  it.each(DEPLOYED_APPS)(
    'runs %s without privileges on a read-only file system and asks it about its health',
    (app) => {
      const { template } = deploymentOf(renders.default, app).spec;
      const [container] = template.spec.containers;
      expect(template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(
        container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath),
      ).toEqual(['/var/lib/larder', '/tmp']);
      expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
      expect(container.image).toBe(`larder/${app}:${releaseVersion()}`);
    },
  );

  it.each(DEPLOYED_APPS)('refers for %s only to what it renders', (app) => {
    for (const manifests of Object.values(renders)) {
      const { selector, template } = deploymentOf(manifests, app).spec;
      const [container] = template.spec.containers;
      const service = serviceOf(manifests, app).spec;
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      expect(service.selector).toEqual(selector.matchLabels);
      expect(service.ports.map(({ port, targetPort }) => ({ name: targetPort, containerPort: port }))).toEqual(
        container.ports,
      );
      expect(findManifest(manifests, 'ServiceAccount', app).metadata.name).toBe(template.spec.serviceAccountName);
      const mounted = container.volumeMounts.map(({ name }) => name);
      expect(mounted.toSorted()).toEqual(template.spec.volumes.map(({ name }) => name).toSorted());
    }
  });

  it.each(DEPLOYED_APPS)('lets %s drain before it is killed, and its red readiness be seen before it drains', (app) => {
    const { template } = deploymentOf(renders.default, app).spec;
    const [container] = template.spec.containers;
    const drainSeconds = Number(environmentOf(renders.default, app)['LARDER_DRAIN_SECONDS']);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + 10);
    expect(container.readinessProbe.periodSeconds).toBeLessThanOrEqual(drainSeconds / 2);
  });

  it.each(['offline-query', 'materializer-worker'] as const)('leaves Node a quarter of the memory of %s', (app) => {
    for (const manifests of Object.values(renders)) {
      const [container] = deploymentOf(manifests, app).spec.template.spec.containers;
      const limitBytes = Number.parseInt(container.resources.limits.memory, 10) * 2 ** 30;
      expect(container.resources.limits.memory).toMatch(/^\d+Gi$/);
      expect(Number(environmentOf(manifests, app)['LARDER_MEMORY_LIMIT_BYTES'])).toBeLessThanOrEqual(limitBytes * 0.75);
    }
  });

  it('keeps an embedded registry database on one volume with one pod, and no volume with a PostgreSQL', () => {
    const embedded = deploymentOf(renders.default, 'registry');
    expect(embedded.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(embedded.spec.template.spec.volumes).toContainEqual({
      name: 'state',
      persistentVolumeClaim: { claimName: 'test-larder-registry' },
    });
    expect(environmentOf(renders.production, 'registry')['LARDER_DATABASE_URL']).toBe('secret:larder-database/url');
    expect(() => findManifest(renders.production, 'PersistentVolumeClaim', 'registry')).toThrow(
      'renders no PersistentVolumeClaim',
    );
  });
});

describe('the compose file', () => {
  const variables = { LARDER_PROJECT: 'demo', LARDER_PROJECT_DIRECTORY: '/features' };
  const withDatabase = { LARDER_DATABASE_URL: SECRETS.LARDER_DATABASE_URL };

  it('asks for the project', () => {
    expect(() => readComposeFile({})).toThrow('LARDER_PROJECT: the name of the project to serve');
  });

  it.each(DEPLOYED_APPS)(
    'builds %s, gives it variables that it knows and checks its health as its image does',
    async (app) => {
      const service = readComposeFile(variables).services[app];
      if (service === undefined) throw new Error(`there is no service ${app}`);
      expect(service.build).toEqual({ context: '../..', dockerfile: 'deploy/containers/Containerfile', target: app });
      expect(service.image).toBe(`larder/${app}:${releaseVersion()}`);
      expect(service.healthcheck.test).toEqual(['CMD', ...wordsOf(imageOf(app), 'HEALTHCHECK')]);
      expect(service.ports).toEqual(wordsOf(imageOf(app), 'EXPOSE').map((port) => `127.0.0.1:${port}:${port}`));
      const environment = {
        ...variablesOf(imageOf(app)),
        ...composeEnvironment(service),
        ...(app === 'registry' && withDatabase),
      };
      expect(await environmentProblems(app, environment)).toEqual([]);
    },
  );

  it('names only services, volumes and hosts that are there', () => {
    const { services, volumes } = readComposeFile(variables);
    const names = Object.keys(services);
    for (const service of Object.values(services)) {
      expect(names).toEqual(expect.arrayContaining(Object.keys(service.depends_on)));
      const hosts = Object.values(composeEnvironment(service))
        .filter((value) => value.includes('://'))
        .map((url) => new URL(url).hostname);
      expect(names).toEqual(expect.arrayContaining(hosts));
      const named = service.volumes.map((volume) => volume.split(':')[0] ?? '').filter((source) => /^\w/.test(source));
      expect(Object.keys(volumes)).toEqual(expect.arrayContaining(named));
    }
  });
});
