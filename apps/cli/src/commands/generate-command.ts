import { readFile, writeFile } from 'node:fs/promises';
import type { Snapshot } from '@larder/registry';
import { buildSnapshot, LarderError } from '@larder/registry';
import type { CliContext } from '../context.js';
import type { Language } from '../generate/generated-code.js';
import { generatedCode, saysTheSame } from '../generate/generated-code.js';
import { loadDefinitions } from '../load-definitions.js';
import { onlyProject } from '../only-project.js';
import { present } from '../terminal.js';

export interface GenerateOptions {
  readonly lang: Language;
  readonly service?: string;
  /** Definitions to read instead of the registry. */
  readonly from?: string;
  readonly out?: string;
  /** True: write nothing, say whether the file is what would be written. */
  readonly check?: boolean;
}

/** `larder generate`: typed code for readers of feature services; with `check`, exit code 1 when the file is stale. */
export async function generateCommand(context: CliContext, options: GenerateOptions): Promise<number> {
  const { lang, service, from, out, check = false } = options;
  if (check && out === undefined)
    throw new LarderError('INVALID_ARGUMENT', '--check compares with the file of --out; expected --out FILE too');
  const snapshot = await snapshotOf(context, from);
  const text = generatedCode(snapshot, {
    lang,
    isRegistered: from === undefined,
    ...(service === undefined ? {} : { service }),
  });
  const about = { project: snapshot.project, version: from === undefined ? snapshot.version : null, lang };
  if (out === undefined) {
    present(context.terminal, { ...about, text }, () => text);
    return 0;
  }
  if (check) return checkFile(context, { out, text, about });
  const old = await readFile(out, 'utf8').catch(() => undefined);
  if (old !== text) await writeFile(out, text);
  present(context.terminal, { ...about, out, changed: old !== text }, () =>
    old === text ? `${out} is up to date` : `written to ${out}`,
  );
  return 0;
}

async function checkFile(
  { terminal }: CliContext,
  { out, text, about }: { readonly out: string; readonly text: string; readonly about: object },
): Promise<number> {
  const old = await readFile(out, 'utf8').catch(() => undefined);
  const isStale = old === undefined || !saysTheSame(old, text);
  const why = old === undefined ? 'is missing' : 'is stale: the services have changed since it was made';
  present(terminal, { ...about, out, stale: isStale }, () =>
    isStale ? `${out} ${why}; make it again without --check` : `${out} is up to date`,
  );
  return isStale ? 1 : 0;
}

async function snapshotOf(context: CliContext, from: string | undefined): Promise<Snapshot> {
  if (from === undefined) return context.registry.snapshot(await onlyProject(context));
  const { definitions } = await loadDefinitions(from, context.project);
  return buildSnapshot(definitions, undefined).snapshot;
}
