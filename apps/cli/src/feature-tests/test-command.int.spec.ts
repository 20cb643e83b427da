import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { writeFeatures } from '../definitions/definition-project.fixture.js';
import { runProgram } from '../program.js';
import { SHOP } from '../testing/cli-stack.fixture.js';

const example = fileURLToPath(new URL('../../../../examples/streaming-recommender', import.meta.url));

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
  await writeFeatures(folder.path, SHOP);
});
afterEach(async () => {
  await folder.close();
});

async function test(path: string, ...more: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram({
    args: ['test', path, ...more],
    environment: {},
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

const write = (name: string, text: string): Promise<void> => writeFile(join(folder.path, name), text);

const YAML = `cases:
  two purchases:
    now: 2026-05-07T00:00:00Z
    sources:
      purchases:
        - { user_id: a, bought_at: 2026-05-06T00:00:00Z, amount: 2.5, item: x, whole: 1 }
        - { user_id: a, bought_at: 2026-05-01T00:00:00Z, amount: 1, item: y, whole: 9007199254740993 }
    expect:
      - keys: { user_id: a }
        features: { purchases_7d: 2, spent_7d: 3.5, item: x }
      - keys: { user_id: a }
        at: 2026-05-02T00:00:00Z
        features: { whole: 9007199254740993, purchases_7d: 5 }
`;

describe('larder test', () => {
  it('passes the example’s tests', async () => {
    expect(await test(example)).toMatchObject({ code: 0, out: expect.stringMatching(/\n3 cases, 0 failed\n$/) });
  });

  it('shows file and line, case, feature, expected and got', async () => {
    await write('larder.test.yaml', YAML);
    const { code, out } = await test(folder.path);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ .*larder\.test\.yaml two purchases\n\nFILE +CASE +FEATURE +OF +AT +EXPECTED +GOT\n/);
    expect(out).toMatch(
      /larder\.test\.yaml:11 +two purchases +spending:purchases_7d +user_id=a +2026-05-02T00:00:00Z +5 +1\n\n1 case, 1 failed\n$/,
    );
    expect(out).not.toContain('spent_7d');
    await write('larder.test.yaml', YAML.replace('purchases_7d: 5', 'purchases_7d: 1'));
    expect(await test(folder.path)).toMatchObject({ code: 0 });
  });

  it('shows what is wrong with a case, and runs the others', async () => {
    await write(
      'shop.features.test.ts',
      `const row = { user_id: 'a', bought_at: '2026-05-06T00:00:00Z' };
export const missing = { now: '2026-05-07T00:00:00Z', sources: { purchases: [row] }, expect: [{ keys: { user_id: 'a' }, features: { item: 'x' } }] };
export const fine = { now: '2026-05-07T00:00:00Z', sources: { purchases: [] }, expect: [{ keys: { user_id: 'a' }, features: { item: 'none' } }] };
export const helper = 1;\n`,
    );
    const { code, out } = await test(folder.path);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(
        /✓ .* fine[^]*✗ .* missing\n {4}case: 1 problem\n {6}sources\.purchases\.item: is missing: no row has this column, which is newest:item/,
      ),
    ]);
  });

  it.each([
    ['no tests', undefined, '', 'no tests in'],
    [
      'a misspelt field',
      'larder.test.yaml',
      'cases:\n  a:\n    sources: {}\n    expects: []\n',
      'larder.test.yaml:4 cases.a.expects: is no field',
    ],
    ['a file without cases', 'features.test.ts', 'export const a = 1;', 'has no cases'],
    ['a test file that throws', 'features.test.ts', 'throw new Error("boom");', 'boom'],
  ])('names %s', async (_what, name, text, message) => {
    if (name !== undefined) await write(name, text);
    expect(await test(folder.path)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  });

  it('prints one JSON document for programs', async () => {
    await write('larder.test.yaml', YAML);
    const { out } = await test(folder.path, '--json');
    expect(JSON.parse(out)).toMatchObject({
      failed: 1,
      cases: [
        { case: 'two purchases', differences: [{ feature: 'spending:purchases_7d', expected: 5, got: 1, line: 11 }] },
      ],
    });
  });
});
