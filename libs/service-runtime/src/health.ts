import { isLarderError } from '@larder/registry';
import type { Lifecycle, LifecycleState } from './lifecycle.js';
import type { Logger } from './logger.js';

/** Throws, or rejects, when the service cannot do its work. */
export type HealthCheck = () => void | Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  readonly state: LifecycleState;
  /** `ok` or what is wrong, by check. */
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Whether a service lives and whether it should get requests. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  /** Readiness also needs this to pass, within 2 s. A check is for what makes every request fail, not for what degrades some. */
  addCheck(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** False once the process should be restarted. */
  isLive(): boolean {
    return this.lifecycle.state !== 'failed';
  }

  /** Ready, and all checks pass. Counts as a probe: a drain waits until one has seen red. */
  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await this.run(name, check)] as const),
    );
    const { state } = this.lifecycle;
    this.lifecycle.noteProbe();
    return {
      ready: state === 'ready' && results.every(([, result]) => result === 'ok'),
      state,
      checks: Object.fromEntries(results),
    };
  }

  private async run(name: string, check: HealthCheck): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
    });
    const passed = (async () => {
      await check();
      return 'ok';
    })();
    try {
      return await Promise.race([passed, late]);
    } catch (error) {
      this.logger.warn({ check: name, err: error }, `health check ${name} fails`);
      return isLarderError(error) && error.code !== 'INTERNAL' ? error.message : 'fails';
    } finally {
      clearTimeout(timer);
    }
  }
}
