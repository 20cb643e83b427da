import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes sure that the folder `target` exists with everything `fill` puts into it, also when several processes ask at
 * the same time and when one of them is killed.
 *
 * Each asker fills a folder of its own beside the target and renames it into place; the rename is atomic and succeeds
 * once, so a target that exists is complete. Throws what `fill` threw, unless another asker succeeded meanwhile.
 */
export async function fillOnce(target: string, fill: (directory: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(`${target}.partial-`);
  try {
    await fill(partial);
    await rename(partial, target);
  } catch (error) {
    if (!(await exists(target))) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
