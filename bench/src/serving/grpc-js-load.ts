import type { ChildRole } from '../lib/child-role.js';
import { startRole } from '../lib/child-role.js';
import type { Load, LoadGenerator } from './load-generator.js';
import type { RawClient } from './raw-call.js';
import { createRawClient } from './raw-call.js';

/** Sends load with grpc-js and compares every body. */
export const grpcJsClients: ChildRole<Record<string, never>, undefined, Load, { readonly seconds: number }> = {
  name: 'grpc-js-clients',
  open: async () => ({ info: undefined, run: sendLoad, close: async () => undefined }),
};

/** Load by a grpc-js client process, where there is no h2load. Its own CPU time is several times the server's. */
export async function openGrpcJsLoad(): Promise<LoadGenerator & { close(): Promise<void> }> {
  const child = await startRole(grpcJsClients, {});
  return {
    describe: 'one grpc-js client process',
    checks: 'every status and every body, byte by byte',
    run: (load) => child.run(load),
    close: () => child.close(),
  };
}

async function sendLoad({
  port,
  path,
  request,
  expected,
  calls,
  connections,
  inFlight,
}: Load): Promise<{ seconds: number }> {
  const clients = Array.from({ length: connections }, () => createRawClient(port, path));
  const bytes = Buffer.from(request);
  let left = calls;
  const loop = async (client: RawClient): Promise<void> => {
    while (left-- > 0) {
      if (!(await client.call(bytes)).equals(expected)) throw new Error('an answer has other bytes than the first');
    }
  };
  try {
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: inFlight }, (_, index) => loop(clients[index % connections] as RawClient)));
    return { seconds: (performance.now() - startedMs) / 1000 };
  } finally {
    for (const client of clients) client.close();
  }
}
