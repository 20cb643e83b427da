import type { Child, Usage } from '../lib/child-role.js';
import type { Load, LoadGenerator } from './load-generator.js';
import { createRawClient } from './raw-call.js';

/** CPU time of a server during one load. */
export interface LoadFigures {
  readonly serverCpuSeconds: number;
  readonly seconds: number;
}

/** Checks one answer byte by byte, then sends the load and takes the server's CPU time over it. */
export async function measureLoad(
  generator: LoadGenerator,
  server: Pick<Child<never, never, never>, 'usage'>,
  load: Load,
): Promise<LoadFigures> {
  await checkOne(load);
  const before: Usage = await server.usage();
  const { seconds } = await generator.run(load);
  const after: Usage = await server.usage();
  return { serverCpuSeconds: after.cpuSeconds - before.cpuSeconds, seconds };
}

async function checkOne({ port, path, request, expected }: Load): Promise<void> {
  const client = createRawClient(port, path);
  try {
    if (!(await client.call(request)).equals(expected)) throw new Error('the answer has other bytes than expected');
  } finally {
    client.close();
  }
}
