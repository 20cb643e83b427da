import { RegistryClient } from '@larder/registry-client';
import type { Snapshot } from '@larder/registry';
import { listFeatures } from './commands/list-command.js';
import type { ListedFeature } from './commands/list-command.js';
import { waitForJobs } from './commands/materialize-command.js';
import type { MaterializationJob } from './commands/materialize-command.js';
import { callJson } from './http-json.js';
import { loadDefinitions } from './load-definitions.js';
import type { LocalStack } from './local-stack.js';
import type { Terminal } from './terminal.js';
import { makeTrainingSet, trainingSetRows } from './training-sets.js';
import type { TrainingSetJob, TrainingSetRequest } from './training-sets.js';
import { waitUntil } from './wait-until.js';
import { LarderError } from '@larder/registry';

/** The steps of an example or an end-to-end test, each through the public interface of a service. */
export interface StackClient {
  /** Registers the definitions below `path` and waits until the services serve them. */
  apply(path: string): Promise<ListedFeature[]>;
  /** A training set's Parquet file. */
  trainingSetFile(request: TrainingSetRequest): Promise<TrainingSetJob>;
  /** A small training set's rows. */
  trainingSet(request: TrainingSetRequest): Promise<Record<string, unknown>[]>;
  /** Brings views up to date and waits; throws what failed. */
  materialize(request?: {
    readonly views?: readonly string[];
    readonly featureService?: string;
    readonly mode?: string;
  }): Promise<MaterializationJob[]>;
  snapshot(): Promise<Snapshot>;
}

/** Creates the steps over a running stack. */
export function createStackClient(stack: LocalStack, terminal: Terminal): StackClient {
  const registry = new RegistryClient({ url: stack.registryUrl });
  const addresses = {
    registryUrl: stack.registryUrl,
    offlineQueryUrl: stack.offlineQueryUrl,
    workerUrl: stack.workerUrl,
    serving: stack.grpcAddress,
  };
  const trainingSetFile = (request: TrainingSetRequest): Promise<TrainingSetJob> =>
    makeTrainingSet(stack.offlineQueryUrl, request);
  return {
    apply: async (path) => {
      const { definitions } = await loadDefinitions(path, stack.project);
      const { version } = await registry.apply(stack.project, { definitions });
      await untilServed(stack, version);
      return listFeatures(await registry.snapshot(stack.project));
    },
    trainingSetFile,
    trainingSet: async (request) => trainingSetRows(stack.offlineQueryUrl, (await trainingSetFile(request)).id),
    materialize: async (request = {}) => {
      const { jobs } = await callJson<{ jobs: MaterializationJob[] }>(
        'materializer-worker',
        `${stack.workerUrl}/v1/materializations`,
        { method: 'POST', body: request },
      );
      const ended = await waitForJobs({ terminal, addresses }, jobs);
      const failed = ended.find((job) => job.status !== 'completed');
      if (failed !== undefined)
        throw new LarderError(
          'FAILED_PRECONDITION',
          `materializing ${failed.view}: ${failed.error?.message ?? failed.status}`,
        );
      return ended;
    },
    snapshot: () => registry.snapshot(stack.project),
  };
}

/** Waits until every service has the version: they learn of it within a second or so. */
async function untilServed(stack: LocalStack, version: number): Promise<void> {
  await Promise.all(
    [stack.offlineQueryUrl, stack.workerUrl, stack.servingUrl].map((url) =>
      waitUntil(`${url} to serve version ${version}`, async () => {
        const { snapshotVersion } = await callJson<{ snapshotVersion?: number }>('service', `${url}/v1/snapshot`);
        return (snapshotVersion ?? 0) >= version;
      }),
    ),
  );
}
