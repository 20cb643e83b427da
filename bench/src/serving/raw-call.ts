import { Client, credentials } from '@grpc/grpc-js';

/** A grpc-js client that sends and returns bytes. */
export interface RawClient {
  call(request: Buffer): Promise<Buffer>;
  close(): void;
}

/** Connects to a server on this machine. Clients made here do not share connections. */
export function createRawClient(port: number, path: string): RawClient {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
  });
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    call: (request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, same, same, request, (error, response) => {
          if (error !== null || response === undefined) reject(error ?? new Error('no response'));
          else resolve(response);
        });
      }),
    close: () => client.close(),
  };
}
