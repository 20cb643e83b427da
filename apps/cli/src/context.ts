import { RegistryClient } from '@larder/registry-client';
import type { Terminal } from './terminal.js';

/** What every command is given: where the services are and where to print. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly addresses: Addresses;
  readonly registry: RegistryClient;
  /** Asked for by option or environment; undefined = the definitions' own, or the registry's only project. */
  readonly project: string | undefined;
}

export interface Addresses {
  readonly registryUrl: string;
  readonly offlineQueryUrl: string;
  readonly workerUrl: string;
  /** `host:port` of gRPC. */
  readonly serving: string;
}

/** Global options as the command line gives them. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly project?: string;
  readonly registryUrl: string;
  readonly offlineUrl: string;
  readonly workerUrl: string;
  readonly serving: string;
}

/** Creates the context of one invocation; connects to nothing yet. */
export function createContext(options: GlobalOptions, streams: Pick<Terminal, 'stdout' | 'stderr'>): CliContext {
  return {
    terminal: { ...streams, json: options.json === true },
    addresses: {
      registryUrl: options.registryUrl,
      offlineQueryUrl: options.offlineUrl,
      workerUrl: options.workerUrl,
      serving: options.serving,
    },
    registry: new RegistryClient({ url: options.registryUrl }),
    project: options.project,
  };
}
