import { JobSlots } from './job-slots.js';

const never = new AbortController().signal;

describe('JobSlots', () => {
  it('gives no more slots than there are, and takes one back once', () => {
    const slots = new JobSlots(2);
    const [first, second] = [slots.tryTake(), slots.tryTake()];
    expect(slots.tryTake()).toBeUndefined();
    first?.();
    first?.();
    expect(slots.tryTake()).toBeDefined();
    expect(slots.tryTake()).toBeUndefined();
    expect(second).toBeDefined();
  });

  it('serves the most urgent first, of equal ones who came first, and nobody before them', async () => {
    const slots = new JobSlots(1);
    const order: string[] = [];
    const wait = async (name: string, priority: number): Promise<void> => {
      const release = await slots.waitFor(priority, never);
      order.push(name);
      expect(slots.tryTake()).toBeUndefined();
      release?.();
    };
    const held = slots.tryTake();
    const waits = [wait('late', 50), wait('first', 30), wait('second', 30), wait('urgent', 10)];
    held?.();
    await Promise.all(waits);
    expect(order).toEqual(['urgent', 'first', 'second', 'late']);
  });

  it('lets who gives up go, and keeps the slot for the others', async () => {
    const slots = new JobSlots(1);
    const held = slots.tryTake();
    const gone = new AbortController();
    const waits = [slots.waitFor(1, gone.signal), slots.waitFor(2, never)];
    gone.abort();
    expect(await waits[0]).toBeUndefined();
    held?.();
    expect(await waits[1]).toBeDefined();
    expect(await slots.waitFor(1, gone.signal)).toBeUndefined();
  });

  it('tells of a free slot until the listener is removed', () => {
    const slots = new JobSlots(1);
    let told = 0;
    const stop = slots.onFree(() => void told++);
    slots.tryTake()?.();
    stop();
    slots.tryTake()?.();
    expect(told).toBe(1);
  });
});
