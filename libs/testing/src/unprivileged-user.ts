import { runCommand } from '@larder/local-services';

/** A user in numbers, as child processes take it. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user for a server that refuses to run as root: undefined when this process is not root, else `postgres` or,
 * where there is none, `nobody`.
 */
export async function unprivilegedUser(): Promise<UnprivilegedUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return userNamed('postgres').catch(() => userNamed('nobody'));
}

async function userNamed(name: string): Promise<UnprivilegedUser> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number(await runCommand('id', [flag, name], { timeoutMs: 5_000 }))),
  );
  if (!uid || !gid) throw new Error(`the user ${name} has no id of its own`);
  return { uid, gid };
}
