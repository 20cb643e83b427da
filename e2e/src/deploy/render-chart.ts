import { parseAllDocuments } from 'yaml';
import { chartPath, runHelm } from './helm.js';
import type { Manifest } from './manifest.js';
import { parseManifest } from './manifest.js';

/** The least that has to be set. */
export const REQUIRED_VALUES = {
  project: 'demo',
  redis: { url: 'redis://redis:6379' },
  data: { existingClaim: 'features' },
};

/** Values as `--set-json` takes them, on top of the chart's own and of a values file beside it. */
export interface ChartValues {
  readonly file?: string;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** `helm template` as it ended. */
export function templateChart({ file, set = {} }: ChartValues): ReturnType<typeof runHelm> {
  const files = file === undefined ? [] : ['--values', `${chartPath}/${file}`];
  const sets = Object.entries(set).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);
  return runHelm('template', 'test', chartPath, '--namespace', 'larder', ...files, ...sets);
}

/** The manifests the chart renders. Throws helm's own words when it refuses. */
export async function renderChart(values: ChartValues): Promise<Manifest[]> {
  const { exitCode, stdout, stderr } = await templateChart(values);
  if (exitCode !== 0) throw new Error(stderr);
  return parseManifests(stdout);
}

/** The manifests in a stream of YAML documents. Throws on invalid YAML and on a document that is no manifest. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw new Error(error.message);
      return document.toJS() as unknown;
    })
    .filter((content) => content !== null)
    .map(parseManifest);
}
