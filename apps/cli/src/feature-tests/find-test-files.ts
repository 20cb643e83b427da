import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LarderError } from '@larder/registry';

const TEST_FILE = /(^|\.)(features\.test\.ts|larder\.test\.ya?ml)$/;

export interface TestFiles {
  /** Folder of the definitions that the tests are about. */
  readonly folder: string;
  /** Absolute, by name. */
  readonly files: readonly string[];
}

/** The test files of a folder, those beside a definition file, or the one named. NOT_FOUND when there is none. */
export async function findTestFiles(path: string): Promise<TestFiles> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) throw new LarderError('NOT_FOUND', `there is no ${path}`);
  if (found.isFile() && TEST_FILE.test(absolute)) return { folder: dirname(absolute), files: [absolute] };
  const folder = found.isFile() ? dirname(absolute) : absolute;
  const files = (await readdir(folder)).filter((name) => TEST_FILE.test(name)).sort();
  if (files.length > 0) return { folder, files: files.map((name) => join(folder, name)) };
  throw new LarderError(
    'NOT_FOUND',
    `no tests in ${path}: expected *.features.test.ts or larder.test.yaml beside the definitions`,
  );
}
