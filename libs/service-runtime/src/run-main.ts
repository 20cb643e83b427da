import type { Clock } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import { fixedClock, systemClock } from './clock.js';
import type { CommonConfig } from './common-settings.js';
import type { Environment } from './config.js';
import { createLogger } from './logger.js';
import type { Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { runService } from './run-service.js';

/** What a service's `open…App` is given. */
export interface ServiceContext<C> {
  readonly config: C;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface RunMainOptions<C extends CommonConfig> {
  /** Name in messages and in the log's field `service`. */
  readonly name: string;
  /** Reads the service's configuration; throws INVALID_ARGUMENT with every problem. */
  readonly parseConfig: (environment: Environment) => C;
  readonly environment: Environment;
  /** Command line without program and script; `--check-config` reads the configuration and exits. */
  readonly args: readonly string[];
  readonly open: (context: ServiceContext<C>) => Promise<{ close(): Promise<void> }>;
}

const CHECK_CONFIG = '--check-config';

/**
 * The whole of a service's `main.ts`: reads the configuration, makes logger, clock and metrics, runs the service with
 * signals. Problems of the configuration are all reported, exit 1; with `--check-config` a valid one exits 0.
 */
export async function runMain<C extends CommonConfig>(options: RunMainOptions<C>): Promise<void> {
  const { name, args, open } = options;
  const config = readConfig(options);
  if (args.includes(CHECK_CONFIG)) {
    process.stdout.write(`${name}: the configuration is valid\n`);
    process.exit(0);
  }
  const logger = createLogger({ service: name, level: config.logLevel });
  const clock = config.fixedNow === undefined ? systemClock : fixedClock(config.fixedNow);
  const metrics = new Metrics({ processMetrics: true });
  await runService({
    name,
    logger,
    drainSeconds: config.drainSeconds,
    open: () => open({ config, clock, logger, metrics }),
  });
}

function readConfig<C extends CommonConfig>({ name, parseConfig, environment, args }: RunMainOptions<C>): C {
  const unknown = args.filter((arg) => arg !== CHECK_CONFIG);
  if (unknown.length > 0) fail(`${name}: unknown argument ${unknown.join(' ')}; there is only ${CHECK_CONFIG}`);
  try {
    return parseConfig(environment);
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return fail(`${name}: ${error.message}`);
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
