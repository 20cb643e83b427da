import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, absolute. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** A path of the repository, absolute. */
export function inWorkspace(...segments: string[]): string {
  return join(workspaceRoot, ...segments);
}

/** The apps that are deployed, each as one image. */
export const DEPLOYED_APPS = ['registry', 'offline-query', 'materializer-worker', 'online-serving'] as const;

export type DeployedApp = (typeof DEPLOYED_APPS)[number];

/** The version of the release: the root package's. */
export function releaseVersion(): string {
  return (JSON.parse(readFileSync(inWorkspace('package.json'), 'utf8')) as { version: string }).version;
}
