import { MemoryOnlineStore } from './memory-online-store.js';
import { describeOnlineStore } from './online-store.contract.js';

describeOnlineStore('MemoryOnlineStore', async () => {
  const store = new MemoryOnlineStore();
  return { store, other: store, close: () => store.close() };
});
