/** Runs tasks in order of arrival, a few at a time. */
export class JobQueue {
  private readonly waiting: Task[] = [];
  private readonly running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>();

  constructor(private readonly maxRunning: number) {}

  /** Queues `work`; it must not reject, and should end soon once its signal aborts. `discard` is called instead of it when the task is cancelled before its turn. */
  add(id: string, work: (signal: AbortSignal) => Promise<void>, discard: () => void | Promise<void>): void {
    this.waiting.push({ id, work, discard });
    this.startNext();
  }

  /** Takes a waiting task out, or aborts a running one and waits for its end. */
  async cancel(id: string): Promise<void> {
    const index = this.waiting.findIndex((task) => task.id === id);
    const [task] = index < 0 ? [] : this.waiting.splice(index, 1);
    await task?.discard();
    const active = this.running.get(id);
    active?.controller.abort();
    await active?.done;
  }

  /** Cancels all. */
  async close(): Promise<void> {
    const ids = [...this.waiting.map((task) => task.id), ...this.running.keys()];
    await Promise.all(ids.map((id) => this.cancel(id)));
  }

  private startNext(): void {
    if (this.running.size >= this.maxRunning) return;
    const task = this.waiting.shift();
    if (task === undefined) return;
    const controller = new AbortController();
    const done = task.work(controller.signal).finally(() => {
      this.running.delete(task.id);
      this.startNext();
    });
    this.running.set(task.id, { controller, done });
  }
}

interface Task {
  readonly id: string;
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly discard: () => void | Promise<void>;
}
