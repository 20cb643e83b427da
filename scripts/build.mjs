#!/usr/bin/env node
// `npm run build [-- --standalone] [APP…]`: bundles every app that has a src/main.ts to dist/apps/<app>/main.js
// (dist/standalone/<app>/main.js with --standalone). Apps whose sources have not changed are left alone.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { isMain, runMain, SetupError } from './run-main.mjs';
import { workspaceRoot } from './workspace.mjs';

/** Names of the apps that can be built: folders of apps/ that have a src/main.ts, sorted. */
export function listApps() {
  const folders = readdirSync(join(workspaceRoot, 'apps')).sort();
  return folders.filter((name) => existsSync(join(workspaceRoot, 'apps', name, 'src/main.ts')));
}

/**
 * Bundles the named apps and returns those that were out of date.
 * @param {{ apps?: string[], standalone?: boolean }} [options] all apps by default
 * @returns {Promise<string[]>}
 * @throws {SetupError} when an app does not compile
 */
export async function buildApps({ apps = listApps(), standalone = false } = {}) {
  const built = await Promise.all(
    apps.map(async (app) => {
      const outdir = `dist/${standalone ? 'standalone' : 'apps'}/${app}`;
      return (await bundle({ entry: `apps/${app}/src/main.ts`, outdir, name: 'main', standalone })) ? [app] : [];
    }),
  );
  return built.flat();
}

/** @param {string[]} args */
async function main(args) {
  await ensureInstalled();
  const startedMs = Date.now();
  const standalone = args.includes('--standalone');
  const named = args.filter((arg) => arg !== '--standalone');
  const unknown = named.find((app) => !listApps().includes(app));
  if (unknown !== undefined)
    throw new SetupError(`no app "${unknown}"; there are: ${listApps().join(', ') || 'none yet'}`);
  const built = await buildApps({ standalone, ...(named.length > 0 && { apps: named }) });
  const summary = built.length > 0 ? `built ${built.join(', ')}` : 'all apps are up to date';
  process.stdout.write(`${summary} (${Date.now() - startedMs} ms)\n`);
}

if (isMain(import.meta.url)) await runMain(() => main(process.argv.slice(2)));
