import { alternate } from './alternate.js';

describe('alternate', () => {
  it('swaps the order with every round and throws the warm-ups away', async () => {
    const order: string[] = [];
    const side = (name: string) => async () => ({ place: order.push(name) });
    const sides = { floor: side('f'), product: side('p') };
    const samples = await alternate({ sides, warmUps: 1, repeats: 2, onProgress: () => undefined });
    expect(order.join('')).toMatch(/^(fppffp|pffppf)$/);
    expect(samples.floor['place']).toHaveLength(2);
    expect(
      [...(samples.floor['place'] ?? []), ...(samples.product['place'] ?? [])].sort((left, right) => left - right),
    ).toEqual([3, 4, 5, 6]);
  });
});
