import { fullFeatureName, parseFeatureReference } from './feature-reference.js';

describe('parseFeatureReference', () => {
  it('splits at the first colon', () => {
    expect(parseFeatureReference('view:feature')).toEqual({ view: 'view', feature: 'feature' });
    expect(parseFeatureReference('a:b:c')).toEqual({ view: 'a', feature: 'b:c' });
  });

  it.each(['', 'view', ':feature', 'view:', ':'])('refuses %j', (text) => {
    expect(() => parseFeatureReference(text)).toThrow(/expected view:feature/);
  });

  it('cuts a long reference in its message', () => {
    expect(() => parseFeatureReference('x'.repeat(100_000))).toThrow(/^.{0,300}$/);
  });
});

describe('fullFeatureName', () => {
  it('joins with two underscores', () => {
    expect(fullFeatureName('origin', 'delay')).toBe('origin__delay');
  });
});
