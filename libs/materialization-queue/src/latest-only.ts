/** Sends values one at a time; of those that come while one is on its way only the last is sent. Failures are dropped. */
export class LatestOnly<T> {
  private next: { readonly value: T } | undefined;
  private sending: Promise<void> | undefined;

  constructor(private readonly sendOne: (value: T) => Promise<void>) {}

  send(value: T): void {
    this.next = { value };
    this.sending ??= this.drain();
  }

  /** Resolves when everything has been sent. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private async drain(): Promise<void> {
    while (this.next !== undefined) {
      const { value } = this.next;
      this.next = undefined;
      await this.sendOne(value).catch(() => undefined);
    }
    this.sending = undefined;
  }
}
