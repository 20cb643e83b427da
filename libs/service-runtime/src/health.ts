import { isLarderError } from '@larder/registry';
import type { Lifecycle, LifecycleState } from './lifecycle.js';
import type { Logger } from './logger.js';

/** Throws, or rejects, when the service cannot do its work. A text that it gives is a detail for the operator: `shop version 7 from disk`. */
export type HealthCheck = () => string | void | Promise<string | void>;

export interface Readiness {
  readonly ready: boolean;
  readonly state: LifecycleState;
  /** `ok` or what is wrong, by check. */
  readonly checks: Readonly<Record<string, string>>;
  /** What is worth knowing although it is ok, by check; only those that have something to tell. */
  readonly details: Readonly<Record<string, string>>;
}

interface CheckResult {
  readonly name: string;
  /** `ok` or what is wrong. */
  readonly result: string;
  readonly detail: string | undefined;
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
    const results = await Promise.all([...this.checks].map(([name, check]) => this.run(name, check)));
    const { state } = this.lifecycle;
    this.lifecycle.noteProbe();
    return {
      ready: state === 'ready' && results.every(({ result }) => result === 'ok'),
      state,
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
      details: Object.fromEntries(
        results.flatMap(({ name, detail }) => (detail === undefined ? [] : [[name, detail] as const])),
      ),
    };
  }

  private async run(name: string, check: HealthCheck): Promise<CheckResult> {
    const failed = (result: string): CheckResult => ({ name, result, detail: undefined });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckResult>((resolve) => {
      timer = setTimeout(() => resolve(failed(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
    });
    const passed = async (): Promise<CheckResult> => ({ name, result: 'ok', detail: (await check()) ?? undefined });
    try {
      return await Promise.race([passed(), late]);
    } catch (error) {
      this.logger.warn({ check: name, err: error }, `health check ${name} fails`);
      return failed(isLarderError(error) && error.code !== 'INTERNAL' ? error.message : 'fails');
    } finally {
      clearTimeout(timer);
    }
  }
}
