import type { JobProgress } from '@larder/materialization-queue';

/** Measures the phases of a run and tells how far it is. */
export class PhaseTimer {
  private readonly durationsMs: Record<string, number> = {};
  private current: { readonly phase: string; readonly startMs: number } | undefined;

  constructor(private readonly report: (progress: JobProgress) => void) {}

  /** Ends the phase before. */
  start(phase: string): void {
    this.end();
    this.current = { phase, startMs: performance.now() };
    this.report({ phase });
  }

  /** So many rows of the current phase are done. */
  rows(rows: number): void {
    this.report({ phase: this.current?.phase ?? 'writing', rows });
  }

  /** Ends the last phase; whole milliseconds by phase. */
  end(): Readonly<Record<string, number>> {
    if (this.current !== undefined) {
      const { phase, startMs } = this.current;
      this.durationsMs[phase] = (this.durationsMs[phase] ?? 0) + Math.round(performance.now() - startMs);
    }
    this.current = undefined;
    return { ...this.durationsMs };
  }
}
