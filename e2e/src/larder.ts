import { runProgram } from '@larder/cli';
import type { LocalStack } from '@larder/cli';

/** What one command printed. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `larder` against a stack, piped as in a script. */
export async function larder(
  stack: Pick<LocalStack, 'registryUrl' | 'offlineQueryUrl' | 'workerUrl' | 'grpcAddress'>,
  ...args: readonly string[]
): Promise<Printed> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runProgram({
    args,
    environment: {
      LARDER_REGISTRY_URL: stack.registryUrl,
      LARDER_OFFLINE_URL: stack.offlineQueryUrl,
      LARDER_WORKER_URL: stack.workerUrl,
      LARDER_SERVING: stack.grpcAddress,
    },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => error.push(text) },
  });
  return { code, stdout: out.join(''), stderr: error.join('') };
}
