/** The only place of this library that reads the environment: what it starts, it starts in the user's own. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folders programs are looked for, joined as in PATH. */
export function searchPathOfUser(): string {
  return process.env['PATH'] ?? '/usr/bin:/bin';
}

/** Everything a short command inherits, such as the settings of a proxy; in the C locale, so that its words can be read. */
export function environmentOfCommands(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C' };
}

/** The folder for what can be fetched again: `larder` in the user's cache folder (XDG_CACHE_HOME, else `~/.cache`). */
export function defaultCacheDirectory(): string {
  const named = process.env['XDG_CACHE_HOME'];
  return join(named === undefined || named === '' ? join(homedir(), '.cache') : named, 'larder');
}
