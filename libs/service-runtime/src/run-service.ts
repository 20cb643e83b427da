import { isLarderError } from '@larder/registry';
import type { Logger } from './logger.js';

export interface RunServiceOptions {
  readonly name: string;
  readonly logger: Logger;
  /** Opens the service; what it returns drains and closes on SIGTERM and SIGINT. */
  readonly open: () => Promise<{ close(): Promise<void> }>;
  /** Time that `close()` gives work in progress; the process ends by force some seconds later. */
  readonly drainSeconds: number;
}

/** What closing may take beyond the drain's time before the process ends by force. */
const FORCE_SECONDS = 10;

/**
 * Runs a service as this process. SIGTERM and SIGINT drain it and exit 0; a second signal exits at once. When opening
 * fails, one clear line goes to standard error and the process exits 1, as it does after an error nobody caught.
 */
export async function runService({ name, logger, open, drainSeconds }: RunServiceOptions): Promise<void> {
  const signalled = firstSignal(name, logger);
  failOnUncaught(name, logger);
  const opening = open().catch((error: unknown) => exitWith(name, logger, error));
  const signal = await signalled;
  logger.info({ signal }, `${name} got ${signal}`);
  const force = setTimeout(() => process.exit(1), (drainSeconds + FORCE_SECONDS) * 1000);
  const service = await opening;
  await service.close().catch((error: unknown) => exitWith(name, logger, error));
  clearTimeout(force);
  process.exit(0);
}

function firstSignal(name: string, logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let count = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (++count === 1) resolve(signal);
      else {
        logger.warn({ signal }, `${name} got a second signal and ends without draining`);
        process.exit(1);
      }
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

function failOnUncaught(name: string, logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught error');
    process.stderr.write(`${name}: failed: ${error.message}\n`);
    process.exit(1);
  });
}

function exitWith(name: string, logger: Logger, error: unknown): never {
  if (!isLarderError(error)) logger.fatal({ err: error }, `${name} failed`);
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
