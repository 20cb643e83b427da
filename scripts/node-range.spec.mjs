import { satisfiesRange } from './node-range.mjs';

const RANGE = '>=20.19 <21 || >=22.13';

describe('satisfiesRange', () => {
  it.each(['v20.19.0', '20.20.2', '22.13.0', 'v24.1.0'])('accepts %s', (version) => {
    expect(satisfiesRange(version, RANGE)).toBe(true);
  });

  it.each(['v18.20.4', '20.18.9', '21.7.3', '22.12.0', 'v21.0.0-nightly'])('rejects %s', (version) => {
    expect(satisfiesRange(version, RANGE)).toBe(false);
  });

  it('refuses syntax it does not know instead of guessing', () => {
    expect(() => satisfiesRange('20.19.0', '^20.19')).toThrow('^20.19');
  });
});
