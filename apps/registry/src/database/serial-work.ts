/** Runs work one after another by key: what would only wait for a lock in the database waits here, without a connection. */
export class SerialWork {
  private readonly last = new Map<string, Promise<void>>();

  /** Runs `work` after all earlier work of this key, whatever came of that. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const result = (this.last.get(key) ?? Promise.resolve()).then(work);
    const done: Promise<void> = result.then(
      () => this.forget(key, done),
      () => this.forget(key, done),
    );
    this.last.set(key, done);
    return result;
  }

  private forget(key: string, done: Promise<void>): void {
    if (this.last.get(key) === done) this.last.delete(key);
  }
}
