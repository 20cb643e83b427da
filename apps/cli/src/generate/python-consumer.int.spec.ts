import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import type { CliStack } from '../testing/cli-stack.fixture.js';
import { openCliStack } from '../testing/cli-stack.fixture.js';
import { everyTypeSnapshot } from './every-type.fixture.js';
import { generatedCode } from './generated-code.js';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../../node_modules/.cache/larder-mypy', import.meta.url));

/** mypy's path, in a virtual environment that is made once; undefined where it cannot be had. */
async function openMypy(): Promise<string | undefined> {
  const mypy = join(cache, 'bin/mypy');
  try {
    await access(mypy);
    return mypy;
  } catch {
    // Not made yet.
  }
  try {
    await run('python3', ['-m', 'venv', cache]);
    await run(join(cache, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', 'mypy'], {
      timeout: 120_000,
    });
    return mypy;
  } catch {
    return undefined;
  }
}

const mypy = await openMypy();
const python = await run('python3', ['--version']).then(
  () => 'python3',
  () => undefined,
);

const CONSUMER = `from decimal import Decimal
import datetime
from typing import List, Optional

import features

client = features.LarderClient("http://localhost:1", application="checkout/1.2")


def read() -> None:
    answer = client.get_every_type(features.EveryTypeKeys(user_id="a", day=datetime.date(2026, 5, 1)), max_age_seconds=60)
    views: Optional[int] = answer.features.views
    price: Optional[Decimal] = answer.features.price
    names: Optional[List[str]] = answer.features.names
    seen: Optional[datetime.datetime] = answer.event_times["seen"]
    status: str = answer.statuses["class"]
    mean: Optional[float] = client.get_route(features.RouteKeys(from_=1, to=2)).features.origin__mean
    print(views, price, names, seen, status, mean, answer.features.class_)
`;

describe('generated Python', () => {
  let folder: TemporaryDirectory;
  beforeEach(async () => {
    folder = await temporaryDirectory();
  });
  afterEach(async () => {
    await folder.close();
  });

  async function mypySays(isRetyped: boolean): Promise<string> {
    await writeFile(
      join(folder.path, 'features.py'),
      generatedCode(everyTypeSnapshot({ isRetyped }), { lang: 'python', isRegistered: true }),
    );
    await writeFile(join(folder.path, 'consumer.py'), CONSUMER);
    const cacheDir = ['--cache-dir', join(cache, 'checked')];
    return run(mypy ?? '', ['--strict', ...cacheDir, 'consumer.py', 'features.py'], { cwd: folder.path }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  }

  const name =
    mypy === undefined
      ? 'is not checked: mypy cannot be had here'
      : 'passes mypy --strict, and its consumer does not once a feature is retyped';
  it(name, async () => {
    if (mypy === undefined) return;
    expect(await mypySays(false)).toBe('Success: no issues found in 2 source files\n');
    expect(await mypySays(true)).toMatch(
      /consumer\.py:12: error: Incompatible types in assignment \(expression has type "float \| None", variable has type "int \| None"\)/,
    );
  });
});

describe('generated Python against the services', () => {
  let shop: CliStack;
  beforeAll(async () => {
    shop = await openCliStack();
  });
  afterAll(async () => {
    await shop.close();
  });

  const READ = `import features

client = features.LarderClient("URL", application="py-test/1")
answer = client.get_basket(features.BasketKeys(user_id="u3"), max_age_seconds=10**9)
print(answer.features)
print(sorted(set(answer.statuses.values())), answer.event_times["item"])
print(client.get_basket(features.BasketKeys(user_id="nobody")).features)
try:
    features.LarderClient("URL", project="nowhere").get_basket(features.BasketKeys(user_id="u3"))
except features.LarderError as error:
    print(error.code)
try:
    features.LarderClient("http://127.0.0.1:1").get_basket(features.BasketKeys(user_id="u3"))
except features.LarderError as error:
    print(error.code)
`;

  it(
    python === undefined
      ? 'is not run: there is no python3 here'
      : 'reads typed values, to the last digit, and names errors',
    async () => {
      if (python === undefined) return;
      expect((await shop.run('apply', shop.folder)).code).toBe(0);
      expect((await shop.run('materialize')).out).toContain('2 views');
      const file = join(shop.folder, 'features.py');
      expect(await shop.run('generate', '--lang', 'python', '--out', file)).toMatchObject({ code: 0 });
      expect(await shop.run('generate', '--lang', 'python', '--out', file, '--check')).toMatchObject({ code: 0 });
      await writeFile(join(shop.folder, 'read.py'), READ.replaceAll('URL', shop.stack.servingUrl));
      const { stdout } = await run(python, ['read.py'], { cwd: shop.folder });
      expect(stdout.split('\n')).toEqual([
        "BasketFeatures(purchases_7d=8, spent_7d=292.0, item='item 3', whole=9007199254740996, seen=datetime.datetime(2026, 5, 6, 21, 0, tzinfo=datetime.timezone.utc))",
        "['PRESENT'] 2026-05-06 21:00:00+00:00",
        "BasketFeatures(purchases_7d=None, spent_7d=None, item='none', whole=None, seen=None)",
        'NOT_FOUND',
        'UNAVAILABLE',
        '',
      ]);
    },
  );

  it('is stale once the registry says something else', async () => {
    const file = join(shop.folder, 'features.py');
    const { SHOP } = await import('../testing/cli-stack.fixture.js');
    await shop.write(SHOP.replace('whole: larder.int64()', 'whole: larder.float64()'));
    expect((await shop.run('apply', shop.folder)).code).toBe(0);
    expect(await shop.run('generate', '--lang', 'python', '--out', file, '--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining('is stale'),
    });
  });
});
