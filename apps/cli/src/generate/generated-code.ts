import type { Snapshot } from '@larder/registry';
import { jsonSchemaText } from './json-schema-text.js';
import { pythonText } from './python-text.js';
import type { ServiceContract } from './service-contract.js';
import { serviceContracts } from './service-contract.js';
import { typeScriptText } from './typescript-text.js';

export const LANGUAGES = ['ts', 'python', 'json-schema'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a writer of one language is given. */
export interface CodeInput {
  readonly project: string;
  /** Where it is from, in words: `project shop, snapshot version 3`. */
  readonly from: string;
  readonly command: string;
  readonly services: readonly ServiceContract[];
}

export interface CodeOptions {
  readonly lang: Language;
  readonly service?: string;
  /** False for definitions that nobody has registered yet. */
  readonly isRegistered: boolean;
}

const WRITERS: Readonly<Record<Language, (input: CodeInput) => string>> = {
  ts: typeScriptText,
  python: pythonText,
  'json-schema': jsonSchemaText,
};

/** Typed code for readers of a snapshot's services. The same snapshot gives the same text, byte for byte. */
export function generatedCode(snapshot: Snapshot, { lang, service, isRegistered }: CodeOptions): string {
  const { project, version } = snapshot;
  return WRITERS[lang]({
    project,
    from: isRegistered
      ? `project ${project}, snapshot version ${version}`
      : `project ${project}, unregistered definitions`,
    command: `larder generate --lang ${lang}${service === undefined ? '' : ` --service ${service}`}`,
    services: serviceContracts(snapshot, service),
  });
}

/** True when two generated texts say the same but for the version in their headers: a new snapshot alone makes no file stale. */
export function saysTheSame(a: string, b: string): boolean {
  return withoutVersion(a) === withoutVersion(b);
}

function withoutVersion(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/(, )(snapshot version \d+|unregistered definitions)/, '$1');
}
