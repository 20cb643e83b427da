import type { PlanResult, VersionRecord } from '@larder/registry-client';
import type { CliStack } from './testing/cli-stack.fixture.js';
import { openCliStack, SHOP } from './testing/cli-stack.fixture.js';

let shop: CliStack;
beforeAll(async () => {
  shop = await openCliStack();
});
afterAll(async () => {
  await shop.close();
});

const RETYPED = SHOP.replace('whole: larder.int64()', 'whole: larder.float64()').replace("'1d'", "'2d'");

describe('larder plan and apply', () => {
  it('plan everything for a new project, with exit code 2', async () => {
    const { code, out } = await shop.run('plan', shop.folder);
    expect(out).toContain('  + add feature view spending');
    expect(out).toContain('      + features.purchases_7d: int64, count(*) over 7d');
    expect(out).toContain('      + path: data/purchases.parquet');
    expect(out).toMatch(
      /spending version 1: computed anew; no values until then\n {4}reads 200 rows, [\d.]+ kB in 1 file\n {4}writes \d+ entities \(estimated from the data\), [\d.]+ k?B/,
    );
    expect(out).toMatch(/\nPlan: 5 to add, 0 to change, 0 to retire\n$/);
    expect(out).not.toContain('\u001b');
    expect(code).toBe(2);
  });

  it('apply them, with an author and no change the second time', async () => {
    const { code, out } = await shop.run('apply', shop.folder);
    expect([code, out]).toEqual([0, expect.stringContaining('shop is now at version 1.')]);
    expect(await shop.run('plan', shop.folder)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /the registry \(version 1\) and the code agree\.[^]*Plan: 0 to add, 0 to change, 0 to retire\n$/,
      ),
    });
    expect((await shop.run('apply', shop.folder, '--author', 'ben')).out).toContain('nothing to do; version 1 is');
  });

  it('show by field what a retyped feature breaks, and for whom', async () => {
    await shop.write(RETYPED);
    const { code, out } = await shop.run('plan', shop.folder);
    expect(code).toBe(2);
    expect(out).toContain('~ features.whole.type: int64 → float64');
    expect(out).toContain('~ cadence: every 1d → every 2d');
    expect(out).toContain('newest version 2: computed anew');
    expect(out).toMatch(/basket\n {4}BREAKING {4}newest__whole is float64, was int64/);
    expect(out).toMatch(/Plan: 0 to add, 1 to change, 0 to retire; 1 breaking\n$/);
  });

  it('keep what left the code, and retire it with --prune', async () => {
    await shop.write(SHOP.replace(/export const basket.*\n/, ''));
    const kept = await shop.run('plan', shop.folder);
    expect(kept).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /Kept\n {2}feature service basket\n {2}left the code, stay registered; --prune retires them/,
      ),
    });
    const pruned = await shop.run('plan', shop.folder, '--prune');
    expect(pruned).toMatchObject({
      code: 2,
      out: expect.stringMatching(/- retire feature service basket[^]*1 to retire; 1 breaking/),
    });
  });

  it('refuse what the data shows to be wrong, with file and line', async () => {
    await shop.write(SHOP.replace("larder.sum('amount'", "larder.sum('amout'"));
    const plan = await shop.run('plan', shop.folder);
    expect(plan.code).toBe(1);
    expect(plan.out).toMatch(/Problems\n {2}.*features\.ts:10 featureViews\.spending\.features\.spent_7d: .*amout/);
    const apply = await shop.run('apply', shop.folder);
    expect([apply.code, apply.err]).toEqual([
      1,
      expect.stringMatching(/features\.ts:10 featureViews\.spending\.features\.spent_7d/),
    ]);
    const skipped = await shop.json<PlanResult>('plan', shop.folder, '--skip-source-checks');
    expect(skipped).toMatchObject({ code: 2, problems: [], sourceChecks: { status: 'skipped' } });
  });

  it('diff, roll back and tell the history', async () => {
    await shop.write(SHOP.replace("'1d'", "'2d'"));
    expect((await shop.run('apply', shop.folder, '--expected-version', '1', '--author', 'ben')).code).toBe(0);
    expect((await shop.run('diff', '1', '2')).out).toContain('~ cadence: every 1d → every 2d');
    expect((await shop.run('diff', '2')).out).toContain('versions 2 and 2 say the same');
    const back = await shop.run('rollback', '1');
    expect([back.code, back.out]).toEqual([
      0,
      expect.stringContaining('now at version 3, with the definitions of version 1'),
    ]);
    const versions = Object.values(await shop.json<Record<string, VersionRecord>>('history')).filter(
      (each) => typeof each === 'object',
    );
    expect(versions.map(({ version, author, rollbackTo }) => [version, author, rollbackTo])).toEqual([
      [3, expect.any(String), 1],
      [2, 'ben', undefined],
      [1, expect.any(String), undefined],
    ]);
    expect((await shop.run('history')).out).toMatch(
      /VERSION +APPLIED +BY +COMMIT +CHANGES +WHAT\n +3 +2026-05-07 22:00:00 .* 1 +rollback to version 1, change newest/,
    );
  });

  it('refuse a version that is not the expected one, and what is no version', async () => {
    expect(await shop.run('apply', shop.folder, '--expected-version', '9')).toMatchObject({
      code: 1,
      err: expect.stringContaining('version 3'),
    });
    expect(await shop.run('rollback', 'one')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Expected a whole number'),
    });
    expect(await shop.json('rollback', '77')).toMatchObject({ code: 1, error: { code: 'NOT_FOUND' } });
  });
});
