import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.js';

/** `starting → ready → draining → stopped`, or `failed` when opening or closing did. */
export type LifecycleState = 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** Closes one resource. `deadline` aborts when the drain's time is over: what is still in progress is then given up. */
export type Closer = (deadline: AbortSignal) => void | Promise<void>;

export interface LifecycleOptions {
  /** The service's name in log lines. */
  readonly name: string;
  readonly logger: Logger;
  /** Time that work in progress may take once draining began. */
  readonly drainSeconds: number;
}

/** A prober is given twice its own pace and this much more before it counts as gone. */
const PROBE_SLACK_MS = 2_000;
/** What a balancer that saw red gets to stop sending, before the intake closes. */
const SETTLE_MS = 200;
/** What a closer gets after the deadline aborted, before it is left behind. */
const ABANDON_MS = 2_000;

/**
 * One service from start to end. Resources register how they close as they are opened; `close()` drains in this order:
 * readiness red → drain hooks → wait until a readiness probe has seen red, if somebody probes regularly (at most half of
 * the drain's time) → closers in reverse order of registration, all under one deadline.
 */
export class Lifecycle {
  private current: LifecycleState = 'starting';
  private readonly closers: { readonly name: string; readonly close: Closer }[] = [];
  private readonly drainHooks: (() => void)[] = [];
  private lastProbeMs: number | undefined;
  private probeGapMs: number | undefined;
  private probeSeenRed: () => void = () => undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: LifecycleOptions) {}

  get state(): LifecycleState {
    return this.current;
  }

  /** Registers what to close; the last registered is closed first. */
  onClose(name: string, close: Closer): void {
    this.closers.push({ name, close });
  }

  /** Called when draining begins, before anything is closed; must not throw. */
  onDrain(hook: () => void): void {
    this.drainHooks.push(hook);
  }

  /** Everything is open. */
  markReady(): void {
    if (this.current !== 'starting') return;
    this.current = 'ready';
    this.options.logger.info({ state: this.current }, `${this.options.name} is ready`);
  }

  /** Told by the readiness route at each probe. */
  noteProbe(): void {
    const now = performance.now();
    if (this.lastProbeMs !== undefined) this.probeGapMs = now - this.lastProbeMs;
    this.lastProbeMs = now;
    if (this.current === 'draining') this.probeSeenRed();
  }

  /**
   * Drains and closes; the same promise for every caller. Rejects with the first closer's error after all closers ran;
   * work that the deadline cut short is logged as a warning, not an error.
   */
  close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  /** Closes what was opened before opening failed, without draining. */
  async abandonOpening(): Promise<void> {
    this.current = 'failed';
    this.closing ??= this.closeAll(AbortSignal.abort()).then(() => undefined);
    await this.closing;
  }

  private async drainAndClose(): Promise<void> {
    const { name, logger, drainSeconds } = this.options;
    const wasReady = this.current === 'ready';
    const deadline = deadlineIn(drainSeconds * 1000);
    this.current = 'draining';
    logger.info({ state: this.current, drainSeconds }, `${name} is draining`);
    for (const hook of this.drainHooks) hook();
    if (wasReady) await this.untilSeen((drainSeconds * 1000) / 2);
    const errors = await this.closeAll(deadline.signal);
    deadline.clear();
    this.current = errors.length === 0 ? 'stopped' : 'failed';
    logger.info(
      { state: this.current },
      `${name} ${this.current === 'stopped' ? 'has stopped' : 'did not close cleanly'}`,
    );
    if (errors.length > 0) throw errors[0];
  }

  private async untilSeen(maxMs: number): Promise<void> {
    const waitMs = Math.min(this.nextProbeWithinMs(), maxMs);
    if (waitMs <= 0) return;
    const seen = new Promise<void>((resolve) => (this.probeSeenRed = resolve)).then(() =>
      delay(Math.min(SETTLE_MS, maxMs)),
    );
    await within(seen, waitMs);
  }

  /** When the next probe is due at the latest, going by the time between the last two; 0 when nobody probes regularly. */
  private nextProbeWithinMs(): number {
    if (this.lastProbeMs === undefined || this.probeGapMs === undefined) return 0;
    return 2 * this.probeGapMs + PROBE_SLACK_MS - (performance.now() - this.lastProbeMs);
  }

  private async closeAll(deadline: AbortSignal): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const { name, close } of this.closers.toReversed()) {
      try {
        const finished = await finishedOrAbandoned(Promise.resolve(close(deadline)), deadline);
        if (!finished) this.options.logger.warn({ resource: name }, `${name} did not close within the drain's time`);
      } catch (error) {
        this.options.logger.error({ resource: name, err: error }, `${name} failed to close`);
        errors.push(error);
      }
    }
    return errors;
  }
}

/** What an opened service offers besides its own fields. */
export interface OpenedService {
  readonly lifecycle: Lifecycle;
  /** Drains and closes in reverse order; may be called more than once. */
  close(): Promise<void>;
}

/**
 * Opens a service: `open` registers closers as it goes and returns the service's addresses. When it throws, what it had
 * opened is closed again and the error is passed on.
 */
export async function openService<T extends object>(
  options: LifecycleOptions,
  open: (lifecycle: Lifecycle) => Promise<T>,
): Promise<T & OpenedService> {
  const lifecycle = new Lifecycle(options);
  try {
    const opened = await open(lifecycle);
    lifecycle.markReady();
    return { ...opened, lifecycle, close: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.abandonOpening();
    throw error;
  }
}

function deadlineIn(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

async function finishedOrAbandoned(closing: Promise<void>, deadline: AbortSignal): Promise<boolean> {
  let abandon: NodeJS.Timeout | undefined;
  const abandoned = new Promise<false>((resolve) => {
    const arm = (): void => void (abandon = setTimeout(() => resolve(false), ABANDON_MS));
    if (deadline.aborted) arm();
    else deadline.addEventListener('abort', arm, { once: true });
  });
  try {
    return await Promise.race([closing.then(() => true), abandoned]);
  } finally {
    clearTimeout(abandon);
  }
}

async function within(promise: Promise<void>, maxMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, maxMs)));
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
