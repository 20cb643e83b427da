import type { CliStack } from './testing/cli-stack.fixture.js';
import { openCliStack, SHOP } from './testing/cli-stack.fixture.js';

let shop: CliStack;
beforeAll(async () => {
  shop = await openCliStack();
  await shop.write(
    SHOP.replace("default: 'none'", "default: 'none', deprecated: { after: '2026-12-31', successor: 'newest:whole' }"),
  );
  await shop.run('apply', shop.folder);
  await shop.run('materialize');
});
afterAll(async () => {
  await shop.close();
});

describe('what is there', () => {
  it('list shows every feature with its freshness, last run and deprecation', async () => {
    const { code, out } = await shop.run('list');
    const lines = out.trim().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^FEATURE +ENTITY +TYPE +SOURCE +CADENCE +OWNER +ONLINE UP TO +LAST RUN +DEPRECATED$/);
    expect(out).toMatch(
      /newest:item +user_id +string .* 2026-05-0\d [\d:]+ +completed +after 2026-12-31; use newest:whole/,
    );
  });

  it('describe shows a view in full', async () => {
    const { out } = await shop.run('describe', 'spending');
    expect(out).toMatch(/services +basket/);
    expect(out).toMatch(/last run +completed [\w-]+ at 2026-\d\d-\d\d [\d:]+, 20 rows written/);
    expect(out).toMatch(/spent_7d +float64 +sum\(amount\) over 7d/);
    expect(await shop.run('describe', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('`larder list`'),
    });
  });

  it.each([
    [['search', 'euros'], ['spending:spent_7d']],
    [
      ['search', 'SPEND', '7d'],
      ['spending:purchases_7d', 'spending:spent_7d'],
    ],
    [['search', '--owner', 'growth', '--type', 'float64'], ['spending:spent_7d']],
    [['search', '--tag', 'tier=gold', '--type', 'int64'], ['spending:purchases_7d']],
    [['search', '--entity', 'user', '--deprecated'], ['newest:item']],
    [['search', 'no_such_thing'], []],
  ])('%j finds %j', async (args, names) => {
    const { out, code } = await shop.run(...args, '--json');
    expect((JSON.parse(out) as { name: string }[]).map((each) => each.name).sort()).toEqual(names);
    expect(code).toBe(names.length === 0 ? 1 : 0);
  });

  it('search says so when there is nothing', async () => {
    expect(await shop.run('search', 'no_such_thing')).toMatchObject({
      code: 1,
      out: expect.stringContaining('nothing in shop meets that'),
    });
  });

  it('lineage draws what a feature comes from and what depends on it', async () => {
    const { out } = await shop.run('lineage', 'spending:spent_7d');
    expect(out).toMatch(/^spending:spent_7d comes from\n[├└]─ /);
    expect(out).toContain('source purchases');
    expect(out).toMatch(/spending:spent_7d is used by\n└─ service basket/);
    expect(await shop.run('lineage', 'spendin')).toMatchObject({ code: 1, err: expect.stringContaining('spending') });
  });

  it('consumers and projects answer, in words and as one JSON document', async () => {
    expect((await shop.run('consumers')).code).toBe(0);
    expect((await shop.run('projects')).out).toMatch(/PROJECT +VERSION +APPLIED\nshop +1 +2026-05-07 22:00:00/);
    for (const command of ['list', 'consumers', 'projects', 'history', 'runs']) {
      const { out } = await shop.run('--json', command);
      expect(Array.isArray(JSON.parse(out))).toBe(true);
    }
  });
});

describe('a project of one’s own', () => {
  const DEV = ['--project', 'dev-anna'] as const;

  it('is applied beside the shared one, materialized on request and read by name', async () => {
    expect((await shop.run('apply', shop.folder, ...DEV)).out).toContain('dev-anna is now at version 1.');
    expect((await shop.run('projects')).out).toMatch(/dev-anna +1 /);
    expect(await shop.run('get', 'user_id=u3')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--project: dev-anna, shop'),
    });
    const materialized = await shop.run('materialize', ...DEV);
    expect([materialized.code, materialized.err]).toEqual([0, '']);
    const { out } = await shop.run('get', 'user_id=u3', ...DEV);
    expect(out).toMatch(/purchases_7d +8 +PRESENT/);
    expect((await shop.run('runs', ...DEV)).out).toMatch(/spending +\w+ +completed/);
  });

  it('joins training sets from its own definitions', async () => {
    const { writeFile } = await import('node:fs/promises');
    const spine = `${shop.folder}/spine.json`;
    await writeFile(spine, JSON.stringify([{ user_id: 'u3', event_timestamp: '2026-05-07T22:00:00Z' }]));
    const { out, code } = await shop.run('training-set', spine, ...DEV);
    expect([code, out]).toEqual([0, expect.stringMatching(/u3 .* 8 +292/)]);
  });
});
