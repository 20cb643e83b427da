import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.larder/cache/python');
const python = join(cache, 'venv/bin/python');
const generated = join(cache, 'generated');

/**
 * Makes a Python that has grpcio and code generated from proto/; undefined, with the reason, where there is no Python or no package index.
 * Kept in the workspace's cache folder: the second time costs nothing.
 */
export async function preparePython(): Promise<
  { readonly ready: true } | { readonly ready: false; readonly reason: string }
> {
  try {
    if (!existsSync(join(cache, 'venv/bin/pip'))) await run('python3', ['-m', 'venv', join(cache, 'venv')]);
    await run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      join(root, 'e2e/python/requirements.txt'),
    ]);
    await mkdir(generated, { recursive: true });
    const files = [
      'larder/serving/v1/value.proto',
      'larder/serving/v1/serving.proto',
      'feast/types/Value.proto',
      'feast/serving/ServingService.proto',
    ];
    await run(python, [
      '-m',
      'grpc_tools.protoc',
      `-I${join(root, 'proto')}`,
      `--python_out=${generated}`,
      `--grpc_python_out=${generated}`,
      ...files,
    ]);
    return { ready: true };
  } catch (error) {
    return {
      ready: false,
      reason: error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error),
    };
  }
}

/** What a client of Feast asks. */
export interface FeastQuestion {
  readonly service?: string;
  readonly features?: readonly string[];
  readonly full?: boolean;
  readonly entities: Readonly<Record<string, readonly (string | number)[]>>;
}

/** Reads as a client of Feast, in Python: the columns of the answer, or the error's code and details. */
export async function readAsFeast(address: string, question: FeastQuestion): Promise<Record<string, unknown>> {
  const reading = run(python, [join(root, 'e2e/python/read_feast.py'), generated, address]);
  reading.child.stdin?.end(JSON.stringify(question));
  return JSON.parse((await reading).stdout) as Record<string, unknown>;
}

export interface PythonAnswer {
  readonly value: unknown;
  readonly status: string;
  readonly event_time_micros: number | null;
}

/** Reads a service's features for entities with one join key, in Python. */
export async function readInPython(
  address: string,
  service: string,
  joinKey: string,
  values: readonly string[],
): Promise<Record<string, PythonAnswer>[]> {
  const { stdout } = await run(python, [
    join(root, 'e2e/python/read_features.py'),
    generated,
    address,
    service,
    joinKey,
    ...values,
  ]);
  return JSON.parse(stdout) as Record<string, PythonAnswer>[];
}
