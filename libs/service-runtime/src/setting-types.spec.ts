import { projectPatternsText } from './setting-types.js';

describe('projectPatternsText', () => {
  it.each([
    ['shop', ['shop']],
    ['shop, dev-*,shop,', undefined],
    ['shop, dev-* ,shop', ['shop', 'dev-*']],
    ['*', ['*']],
    ['dev-*-x', undefined],
    ['Shop', undefined],
    ['shop,,dev', undefined],
    ['shop:dev', undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(projectPatternsText().safeParse(text).data).toEqual(expected);
  });

  it('names the entry that is wrong without repeating it', () => {
    const issues = projectPatternsText()
      .safeParse('shop,Secret!')
      .error?.issues.map((each) => each.message);
    expect(issues).toEqual([
      'expected names such as shop and patterns such as dev-*, separated by commas; entry 2 is neither',
    ]);
  });

  it('is required without a value for its absence', () => {
    expect(projectPatternsText().safeParse(undefined).success).toBe(false);
    expect(projectPatternsText(['dev-*']).safeParse(undefined).data).toEqual(['dev-*']);
  });
});
