import type { OnlineStore } from '@larder/online-store';
import { waitFor } from '@larder/testing';
import { storeWithFinish } from './store-with.js';

/** Counts writers that end at the same time; the first two wait for each other, so that a bound of two is reached. */
export class MostAtOnce {
  most = 0;
  private ending = 0;

  constructor(private readonly real: OnlineStore) {}

  get store(): OnlineStore {
    return storeWithFinish(this.real, async (writer) => {
      this.most = Math.max(this.most, ++this.ending);
      await waitFor(() => this.most >= 2);
      const counts = await writer.finish();
      this.ending--;
      return counts;
    });
  }
}
