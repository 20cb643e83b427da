import { LarderError } from '@larder/registry';
import type { Problem } from '@larder/registry';
import type { z } from 'zod';
import { problemsFromZod } from './problems.js';

/** One value that an environment variable sets. The schema's input is the variable's text, undefined when it is not set. */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T>;
  /** One sentence for the operator, with unit and range. */
  readonly description: string;
}

/** A service's settings by the names its code uses; units end the names. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** What `parseConfig` returns for these settings. */
export type ConfigOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Environment variables: `process.env` or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting read from `variable`. */
export function setting<T>(variable: string, schema: z.ZodType<T>, description: string): Setting<T> {
  return { variable, schema, description };
}

/**
 * The typed slice of the environment that a service needs. A variable set to the empty text counts as not set.
 * Throws INVALID_ARGUMENT with every problem, each named after its variable; values are not repeated, they may be secrets.
 */
export function parseConfig<S extends Settings>(settings: S, environment: Environment): ConfigOf<S> {
  const problems: Problem[] = [];
  const entries = Object.entries(settings).map(([name, { variable, schema }]) => {
    const text = environment[variable];
    const parsed = schema.safeParse(text === '' ? undefined : text);
    if (!parsed.success) problems.push(...variableProblems(variable, text, parsed.error));
    return [name, parsed.data];
  });
  if (problems.length > 0) throw LarderError.fromProblems('configuration', problems);
  return Object.fromEntries(entries) as ConfigOf<S>;
}

function variableProblems(variable: string, text: string | undefined, error: z.ZodError): Problem[] {
  if (text === undefined || text === '') return [{ path: variable, message: 'is missing' }];
  return problemsFromZod(error, variable).map(({ message }) => ({ path: variable, message }));
}

/** One line of a service's configuration table. */
export interface SettingDescription {
  readonly variable: string;
  /** The value without the variable; undefined when there is none. */
  readonly default: unknown;
  readonly required: boolean;
  readonly description: string;
}

/** The configuration table of a service, in the order of its settings, for its documentation. */
export function describeSettings(settings: Settings): SettingDescription[] {
  return Object.values(settings).map(({ variable, schema, description }) => {
    const absent = schema.safeParse(undefined);
    return { variable, default: absent.data, required: !absent.success, description };
  });
}
