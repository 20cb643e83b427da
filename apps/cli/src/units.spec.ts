import { bytesText, countText, timeText } from './units.js';

describe('units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [999_960, '1.0 MB'],
    [4.2e12, '4.2 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it('counts one and many', () => {
    expect([countText(1, 'file'), countText(0, 'file'), countText(1200, 'entity', 'entities')]).toEqual([
      '1 file',
      '0 files',
      '1,200 entities',
    ]);
  });

  it('shortens times of UTC and leaves others alone', () => {
    expect(timeText('2026-05-07T22:00:04.123456Z')).toBe('2026-05-07 22:00:04');
    expect(timeText('2026-05-07T22:00:04+02:00')).toBe('2026-05-07T22:00:04+02:00');
  });
});
