import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The registry library as a definition file outside of this workspace names it. */
export const REGISTRY_MODULE = fileURLToPath(new URL('../../../../libs/registry/src/index.ts', import.meta.url));

/** Writes `features.ts` whose second line is the first of `code`; the first imports everything from the registry library. */
export async function writeFeatures(folder: string, code: string): Promise<void> {
  await writeFile(join(folder, 'features.ts'), `import * as larder from '${REGISTRY_MODULE}';\n${code}`);
}
