import type { FeatureSpec, FeatureValue } from '@larder/registry';
import type { OfflineFixture, OneView } from './testing/offline-fixture.js';
import { openOfflineFixture } from './testing/offline-fixture.js';
import { windowed } from './testing/view-fixture.js';
import type { Event } from './testing/window-fixture.js';
import { lifetime, sliding, value, windowValues, windowView } from './testing/window-fixture.js';

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

const viewOf = (events: readonly Event[], features: readonly FeatureSpec[], type = 'DOUBLE'): Promise<OneView> =>
  windowView(fixture, events, { features, type });
const valuesAt = (each: OneView, times: readonly string[]): Promise<FeatureValue[][]> =>
  windowValues(fixture, each, times);

describe('variances', () => {
  const variance = windowed('variance', { function: 'variance', ...value, ...lifetime });
  const stddev = windowed('stddev', { function: 'stddev', ...value, ...sliding });

  it.each<[string, number[], number | null, string?]>([
    ['one value', [5], null],
    ['equal values', [0.1, 0.1, 0.1], 0],
    ['values far from zero', [1e15 + 1, 1e15 + 2, 1e15 + 3], 1],
    ['values near zero', [1e-9, 2e-9, 3e-9], 1e-18],
    ['both signs', [-1, 1], 2],
    ['an infinity', [1, Number.POSITIVE_INFINITY], Number.NaN],
    ['NaN', [1, 2, Number.NaN], Number.NaN],
    ['nothing but one NaN', [Number.NaN], null],
    ['more than 2^62', [2 ** 62, 1], Number.NaN],
    ['small integers', [1, 2, 3, 4], 5 / 3, 'INTEGER'],
    ['great integers', [2 ** 53, 2 ** 53 - 2, 2 ** 53 - 4], 4, 'BIGINT'],
    ['integers on both sides of a limb', [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1], 1, 'BIGINT'],
  ])('of %s are exact', async (_, values, expected, type = 'DOUBLE') => {
    const events = values.map((each): Event => [each, '10:00:00']);
    const [[found = null, root = null] = []] = await valuesAt(await viewOf(events, [variance, stddev], type), [
      '10:00:00',
    ]);
    if (expected === null) expect([found, root]).toEqual([null, null]);
    else if (Number.isNaN(expected)) expect([found, root]).toEqual([Number.NaN, Number.NaN]);
    else {
      expect(Math.abs(Number(found) - expected)).toBeLessThanOrEqual(expected * 1e-13);
      expect(root).toBe(Math.sqrt(Number(found)));
    }
  });

  it('have the same bits whatever the order of the rows', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => Math.sin(index) * 10 ** ((index % 13) - 6));
    const events = values.map((each, index): Event => [each, `10:${String((index * 7) % 60).padStart(2, '0')}:00`]);
    const forth = await valuesAt(await viewOf(events, [variance, stddev]), ['10:59:00']);
    const back = await valuesAt(await viewOf(events.toReversed(), [variance, stddev]), ['10:59:00']);
    expect(back).toEqual(forth);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const plain = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
    expect(Math.abs(Number(forth[0]?.[0]) / plain - 1)).toBeLessThan(1e-10);
  });
});

it('sums of very large floats have the same bits whatever the order of the rows', async () => {
  const total = windowed('total', { function: 'sum', ...value, ...sliding });
  const events = Array.from({ length: 60 }, (_, index): Event => {
    const minute = String(index).padStart(2, '0');
    return [Math.sin(index) * 1e300, `10:${minute}:00`];
  });
  const turned = events.map(([, time], index): Event => [events.at(-1 - index)?.[0] ?? null, time]);
  expect(await valuesAt(await viewOf(turned, [total]), ['10:59:00'])).toEqual(
    await valuesAt(await viewOf(events, [total]), ['10:59:00']),
  );
});
