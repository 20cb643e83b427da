import { RegistryClient } from '@larder/registry-client';
import type { Terminal } from './terminal.js';

/** What every command is given: where the services are and where to print. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly addresses: Addresses;
  readonly registry: RegistryClient;
  /** Asked for by option or environment; undefined = the definitions' own, or the registry's only project. */
  readonly project: string | undefined;
  /** Who runs the command, as the system calls them. */
  readonly user: string | undefined;
}

/** Applying may look at a lot of data first. */
const REGISTRY_TIMEOUT_SECONDS = 300;

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

/** What a command sees of its process. */
export interface CliInvocation extends Pick<Terminal, 'stdout' | 'stderr'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Creates the context of one invocation; connects to nothing yet. */
export function createContext(options: GlobalOptions, invocation: CliInvocation): CliContext {
  const { stdout, stderr, environment } = invocation;
  return {
    terminal: { stdout, stderr, json: options.json === true },
    addresses: {
      registryUrl: options.registryUrl,
      offlineQueryUrl: options.offlineUrl,
      workerUrl: options.workerUrl,
      serving: options.serving,
    },
    registry: new RegistryClient({ url: options.registryUrl, timeoutSeconds: REGISTRY_TIMEOUT_SECONDS }),
    project: options.project,
    user: environment['USER'],
  };
}
