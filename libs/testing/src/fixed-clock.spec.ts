import { fixedClock } from './fixed-clock.js';

describe('fixedClock', () => {
  it('stands still until it is advanced, in both directions', () => {
    const start: bigint = 1_700_000_000_000_001n;
    const clock = fixedClock(start);
    const { now } = clock;
    expect(now()).toBe(1_700_000_000_000_001n);
    clock.advance(5n);
    expect(now()).toBe(1_700_000_000_000_006n);
    clock.advance(-6n);
    expect(now()).toBe(1_700_000_000_000_000n);
  });
});
