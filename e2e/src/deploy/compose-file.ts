import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { inWorkspace } from './workspace-paths.js';

const service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeFile = z.infer<typeof composeSchema>;
export type ComposeService = z.infer<typeof service>;

/** The compose file with `${…}` replaced from these variables; a variable without a value there counts as not set. */
export function readComposeFile(variables: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(inWorkspace('deploy/compose/compose.yaml'), 'utf8');
  return composeSchema.parse(parse(interpolate(text, variables), { merge: true }));
}

/** The variables a service's container gets. */
export function composeEnvironment({ environment }: ComposeService): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\{[^}]*\}/g, (token) => (token === '$$' ? '$' : expand(token, variables)));
}

/** The value of `${NAME}`, `${NAME:-default}` or `${NAME:?message}`. */
function expand(token: string, variables: Readonly<Record<string, string>>): string {
  const [, name = '', mark, word = ''] = /^\$\{(\w+)(?::([-?])(.*))?\}$/.exec(token) ?? [];
  const value = variables[name];
  if (value !== undefined) return value;
  if (mark === '?') throw new Error(`${name}: ${word}`);
  return word;
}
