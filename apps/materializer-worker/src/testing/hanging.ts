import type { OnlineStore } from '@larder/online-store';
import { storeWithFinish } from './store-with.js';

/** A store whose writers hang before they end, until they are let go. */
export class Hanging {
  private release: () => void = () => undefined;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));
  private arrive: () => void = () => undefined;
  /** Resolves when the run hangs. */
  readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));

  constructor(private readonly real: OnlineStore) {}

  get store(): OnlineStore {
    return storeWithFinish(this.real, async (writer) => {
      this.arrive();
      await this.released;
      return writer.finish();
    });
  }

  letGo(): void {
    this.release();
  }
}
