import { buildSnapshot } from './build-snapshot.js';
import { parseSnapshot } from './parse-snapshot.js';
import { problemsOf, small } from './small-project.fixture.js';

const { snapshot } = buildSnapshot(small, undefined);
const [activity, taste] = snapshot.featureViews;
const problems = (input: unknown): string[] => problemsOf(() => parseSnapshot(input));

describe('parseSnapshot', () => {
  it('reads a snapshot through JSON text', () => {
    expect(parseSnapshot(JSON.parse(JSON.stringify(snapshot)))).toStrictEqual(snapshot);
  });

  it('reads what a rule of today would refuse: it is already served', () => {
    const old = { ...snapshot, project: 'Old Project', featureServices: [] };
    expect(parseSnapshot(old).project).toBe('Old Project');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, ['(document): expected object, received null']],
    [
      'definitions without numbers',
      small,
      [
        'version: is missing; expected number',
        'featureViews.activity.id: is missing; expected number',
        'featureViews.activity.version: is missing; expected number',
        'featureViews.taste.id: is missing; expected number',
        'featureViews.taste.version: is missing; expected number',
      ],
    ],
    [
      'a version beyond two bytes',
      { ...snapshot, featureViews: [{ ...activity, version: 65_536 }] },
      [expect.stringMatching(/^featureViews\.activity\.version: Too big/)],
    ],
    [
      'one id for two views',
      { ...snapshot, featureViews: [activity, { ...taste, id: 1 }] },
      ['featureViews.taste.id: 1 is the id of activity too'],
    ],
    [
      'one view twice',
      { ...snapshot, featureViews: [activity, { ...activity, id: 9 }] },
      ['featureViews.activity: is there twice'],
    ],
    ['another format', { ...snapshot, formatVersion: 2 }, ['formatVersion: 2 is not a known format; expected 1']],
    [
      'a malformed view',
      { ...snapshot, featureViews: [{ ...activity, online: 'yes' }] },
      ['featureViews.activity.online: expected boolean, received string'],
    ],
  ])('refuses %s', (_what, input, expected) => {
    expect(problems(input)).toEqual(expected);
  });
});
