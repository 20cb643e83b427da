import { z } from 'zod';

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** A Kubernetes object as the chart renders it. */
export type Manifest = z.infer<typeof manifestSchema>;

const environmentEntry = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
});

const probe = z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }), periodSeconds: z.number() });

const container = z.looseObject({
  image: z.string(),
  env: z.array(environmentEntry).default([]),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  securityContext: z.looseObject({}),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
});

const labels = z.record(z.string(), z.string());

const deploymentSchema = manifestSchema.extend({
  spec: z.looseObject({
    replicas: z.number().optional(),
    strategy: z.looseObject({ type: z.string() }),
    selector: z.object({ matchLabels: labels }),
    template: z.object({
      metadata: z.looseObject({ labels }),
      spec: z.looseObject({
        serviceAccountName: z.string(),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({}),
        containers: z.tuple([container]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

/** What the tests read of a Deployment. */
export type Deployment = z.infer<typeof deploymentSchema>;

const serviceSchema = manifestSchema.extend({
  spec: z.looseObject({
    selector: labels,
    ports: z.array(z.looseObject({ port: z.number(), targetPort: z.string() })),
  }),
});

/** What the tests read of a Service. */
export type Service = z.infer<typeof serviceSchema>;

const configMapSchema = manifestSchema.extend({ data: z.record(z.string(), z.string()) });

/** The manifest in a YAML document's content. Throws when it is none. */
export function parseManifest(content: unknown): Manifest {
  return manifestSchema.parse(content);
}

/** The Deployment of an app. Throws when there is none or it lacks what every app's has. */
export function deploymentOf(manifests: readonly Manifest[], app: string): Deployment {
  return deploymentSchema.parse(findManifest(manifests, 'Deployment', app));
}

/** The Service of an app. Throws when there is none. */
export function serviceOf(manifests: readonly Manifest[], app: string): Service {
  return serviceSchema.parse(findManifest(manifests, 'Service', app));
}

/** The container's variables as the pod will see them; one that comes from a secret has the value `secret:<name>/<key>`. */
export function environmentOf(manifests: readonly Manifest[], app: string): Record<string, string> {
  const [{ env, envFrom }] = deploymentOf(manifests, app).spec.template.spec.containers;
  const names = envFrom.map(({ configMapRef }) => configMapRef.name);
  const maps = manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && names.includes(metadata.name));
  if (maps.length !== names.length)
    throw new Error(`${app} reads ${names.join(', ')}, which the chart does not render`);
  const direct = env.map(({ name, value, valueFrom }) => {
    const { secretKeyRef } = valueFrom ?? {};
    return [name, secretKeyRef === undefined ? (value ?? '') : `secret:${secretKeyRef.name}/${secretKeyRef.key}`];
  });
  return Object.assign({}, ...maps.map((map) => configMapSchema.parse(map).data), Object.fromEntries(direct)) as Record<
    string,
    string
  >;
}

/** The manifest of a kind for an app. Throws when the chart renders none. */
export function findManifest(manifests: readonly Manifest[], kind: string, app: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.endsWith(app));
  if (found === undefined) throw new Error(`the chart renders no ${kind} for ${app}`);
  return found;
}
