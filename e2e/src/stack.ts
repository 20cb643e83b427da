import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStackClient, openLocalStack } from '@larder/cli';
import type { LocalStack, LocalStackOptions, StackClient, Terminal } from '@larder/cli';
import type { Clock } from '@larder/registry';

/** A stack for one test file, with a project folder of its own that its Parquet is written to. */
export interface TestStack extends LocalStack, StackClient {
  readonly terminal: Terminal;
}

/** A terminal that keeps what was printed. */
export function silentTerminal(): Terminal & { readonly printed: string[] } {
  const printed: string[] = [];
  const stream = { write: (text: string) => printed.push(text) };
  return { json: false, stdout: stream, stderr: { write: () => undefined }, printed };
}

/** Opens a stack; `close()` also removes its folder. */
export async function openTestStack(
  project: string,
  clock: Clock,
  options: Pick<LocalStackOptions, 'inProcess'> = {},
): Promise<TestStack> {
  const projectDirectory = await mkdtemp(join(tmpdir(), 'larder-e2e-'));
  const terminal = silentTerminal();
  const stack = await openLocalStack({ project, projectDirectory, clock, ...options });
  return {
    ...stack,
    ...createStackClient(stack, terminal),
    terminal,
    close: async () => {
      await stack.close();
      await rm(projectDirectory, { recursive: true, force: true });
    },
  };
}
