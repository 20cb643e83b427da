import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LarderError } from '@larder/registry';
import { build } from 'esbuild';
import type { BuildResult } from 'esbuild';
import { shownPath } from './shown-path.js';
import type { LoadLimits, ModuleExports } from './run-module.js';
import { runModule } from './run-module.js';

export interface ImportOptions extends LoadLimits {
  /** Where the file's own prints go; stderr by default. */
  readonly print?: (text: string) => void;
}

export interface ImportedTypeScript {
  readonly exports: ModuleExports;
  /** Every file it was made from, libraries aside; absolute. */
  readonly files: readonly string[];
}

/** Bundles a TypeScript file with what it imports and runs it within limits. Throws INVALID_ARGUMENT with the file and line of what is wrong. */
export async function importTypeScript(file: string, options: ImportOptions = {}): Promise<ImportedTypeScript> {
  const directory = join(dirname(file), '.larder');
  const result = await bundle(file, directory);
  const text = result.outputFiles?.[0]?.text ?? '';
  const output = join(directory, `definitions-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`);
  await mkdir(directory, { recursive: true });
  await writeFile(output, text);
  try {
    const exports = await runModule({
      print: (printed) => void process.stderr.write(printed),
      ...options,
      url: pathToFileURL(output).href,
      file: shownPath(file),
    });
    const files = Object.keys(result.metafile?.inputs ?? {})
      .map((each) => resolve(each))
      .filter((each) => !each.includes('/node_modules/'));
    return { exports, files };
  } finally {
    await rm(output, { force: true });
  }
}

async function bundle(file: string, directory: string): Promise<BuildResult> {
  try {
    return await build({
      entryPoints: [file],
      outdir: directory,
      bundle: true,
      write: false,
      metafile: true,
      sourcemap: 'inline',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@larder/source'],
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  } catch (error) {
    throw syntaxError(error, file);
  }
}

function syntaxError(error: unknown, file: string): LarderError {
  const { errors = [] } = error as {
    errors?: readonly { text: string; location: { file: string; line: number } | null }[];
  };
  if (errors.length === 0)
    return new LarderError(
      'INVALID_ARGUMENT',
      `${shownPath(file)}: ${error instanceof Error ? error.message : String(error)}`,
      {},
      { cause: error },
    );
  return LarderError.fromProblems(
    'definitions',
    errors.map(({ text, location }) => ({
      path: '(syntax)',
      message: text,
      file: shownPath(resolve(location?.file ?? file)),
      ...(location === null ? {} : { line: location.line }),
    })),
  );
}
