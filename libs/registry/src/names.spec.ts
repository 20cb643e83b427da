import {
  duplicates,
  lookalikes,
  problemWithFeatureName,
  problemWithJoinKeyName,
  problemWithName,
  problemWithProjectName,
} from './names.js';

describe('problemWithName', () => {
  it.each(['a', 'watch_count_30d', 'constructor', 'a1', 'select', 'a'.repeat(63)])('accepts %s', (name) => {
    expect(problemWithName(name)).toBeUndefined();
  });

  it.each([
    ['', /is not a name/],
    ['A', /is not a name/],
    ['1a', /is not a name/],
    ['_a', /is not a name/],
    ['a_', /is not a name/],
    ['a-b', /is not a name/],
    ['a b', /is not a name/],
    ['a:b', /is not a name/],
    ['é', /is not a name/],
    ['a\n', /is not a name/],
    ['__proto__', /is not a name/],
    ['a'.repeat(64), /is not a name/],
    ['a__b', /separates view and feature/],
  ])('refuses %j', (name, message) => {
    expect(problemWithName(name)).toMatch(message);
  });

  it('cuts a long name in its message', () => {
    expect(problemWithName('x'.repeat(100_000))?.length).toBeLessThan(300);
  });
});

describe('reserved names', () => {
  it('are those that would collide in a training set or a request', () => {
    expect(problemWithFeatureName('event_timestamp')).toMatch(/reserved/);
    expect(problemWithFeatureName('features')).toBeUndefined();
    expect(problemWithJoinKeyName('event_timestamp')).toMatch(/reserved/);
    expect(problemWithJoinKeyName('features')).toMatch(/reserved/);
    expect(problemWithJoinKeyName('user_id')).toBeUndefined();
    expect(problemWithJoinKeyName('User')).toMatch(/is not a name/);
  });
});

describe('problemWithProjectName', () => {
  it('allows hyphens', () => {
    expect(problemWithProjectName('flight-delays_2')).toBeUndefined();
  });

  it.each(['', 'A', '1a', '-a', 'a{b}', 'a:b', 'a/b', 'a'.repeat(64)])('refuses %j', (name) => {
    expect(problemWithProjectName(name)).toMatch(/is not a project name/);
  });
});

describe('duplicates and lookalikes', () => {
  it('finds each repeated name once', () => {
    expect(duplicates(['a', 'b', 'a', 'a', 'c', 'b'])).toEqual(['a', 'b']);
  });

  it('finds names that only underscores tell apart', () => {
    expect(lookalikes(['top_10', 'a', 'top10', 'a'])).toEqual([['top_10', 'top10']]);
    expect(lookalikes(['user_id', 'userid', 'user_ids'])).toEqual([['user_id', 'userid']]);
  });
});
