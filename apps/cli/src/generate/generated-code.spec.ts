import { everyTypeSnapshot } from './every-type.fixture.js';
import { generatedCode, LANGUAGES, saysTheSame } from './generated-code.js';

const options = { isRegistered: true } as const;

describe('generated code', () => {
  it.each(LANGUAGES)('of %s is the same for the same snapshot, and names project and version', (lang) => {
    const text = generatedCode(everyTypeSnapshot(), { lang, ...options });
    expect(generatedCode(everyTypeSnapshot(), { lang, ...options })).toBe(text);
    expect(text).toContain('project types, snapshot version 7');
    expect(text).not.toContain('undefined');
  });

  it.each(LANGUAGES)('of %s is stale when a feature is retyped, not when only the version grows', (lang) => {
    const text = generatedCode(everyTypeSnapshot(), { lang, ...options });
    expect(saysTheSame(text, generatedCode(everyTypeSnapshot({ version: 8 }), { lang, ...options }))).toBe(true);
    expect(saysTheSame(text, generatedCode(everyTypeSnapshot({ isRetyped: true }), { lang, ...options }))).toBe(false);
  });

  it('is of one service when asked, and names the nearest when there is none', () => {
    const of = (service: string) => generatedCode(everyTypeSnapshot(), { lang: 'ts', service, ...options });
    expect(of('route')).toContain('getRoute(');
    expect(of('route')).not.toContain('EveryType');
    expect(() => of('rout')).toThrow('types has no feature service rout; did you mean route?');
  });

  it('says what is deprecated', () => {
    expect(generatedCode(everyTypeSnapshot(), { lang: 'ts', ...options })).toContain(
      '/** Deprecated after 2026-12-31; use all_types:views. */\n  readonly genre: string | null;',
    );
  });

  it('has full names where short ones would collide', () => {
    const text = generatedCode(everyTypeSnapshot(), { lang: 'ts', service: 'route', ...options });
    expect(text).toContain('readonly origin__mean: number | null;');
    expect(text).toContain('fullFeatureNames: true');
  });
});
