import type { Environment, Setting, Settings } from '@larder/service-runtime';
import { parseConfig } from '@larder/service-runtime';
import type { DeployedApp } from './workspace-paths.js';
import { inWorkspace } from './workspace-paths.js';

/** The settings an app knows: the one record of settings that its config.ts exports. Throws when there is none. */
export async function settingsOf(app: DeployedApp): Promise<Settings> {
  const module = (await import(inWorkspace('apps', app, 'src/config.ts'))) as Readonly<Record<string, unknown>>;
  const found = Object.values(module).filter(isSettings);
  if (found.length !== 1) throw new Error(`apps/${app}/src/config.ts exports ${found.length} records of settings`);
  return found[0] as Settings;
}

/**
 * What is wrong with an app's variables: those it does not know, which it would ignore without a word, and all that it
 * says itself about the others. Variables of other programs (`NODE_ENV`) are left alone.
 */
export async function environmentProblems(app: DeployedApp, environment: Environment): Promise<string[]> {
  const settings = await settingsOf(app);
  const known = new Set(Object.values(settings).map(({ variable }) => variable));
  const larderVariables = Object.keys(environment).filter((variable) => variable.startsWith('LARDER_'));
  const unknown = larderVariables
    .filter((variable) => !known.has(variable))
    .map((variable) => `${variable}: unknown to ${app}`);
  return [...unknown, ...ownProblems(settings, environment)];
}

function ownProblems(settings: Settings, environment: Environment): string[] {
  try {
    parseConfig(settings, environment);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** Stands for what a secret holds. */
export const SECRETS = {
  LARDER_REDIS_URL: 'rediss://:pw@redis:6380',
  LARDER_QUEUE_REDIS_URL: 'redis://queue:6379',
  LARDER_DATABASE_URL: 'postgres://larder@db/larder',
};

/** The variables of a container with what stands for the secrets in place of their names. */
export function withSecrets(environment: Readonly<Record<string, string>>): Record<string, string> {
  const resolved = Object.entries(environment).map(([name, value]) => {
    const secret = Object.entries(SECRETS).find(([variable]) => variable === name && value.startsWith('secret:'));
    return [name, secret?.[1] ?? value] as const;
  });
  return Object.fromEntries(resolved);
}

function isSettings(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null) return false;
  const entries: unknown[] = Object.values(value);
  return entries.length > 0 && entries.every(isSetting);
}

function isSetting(value: unknown): value is Setting<unknown> {
  return typeof value === 'object' && value !== null && 'variable' in value && 'schema' in value;
}
