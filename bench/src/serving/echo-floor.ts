import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { ChildRole } from '../lib/child-role.js';

/**
 * The floor of a unary read: the least that a grpc-js server can do. The request's bytes are not looked at and every call
 * gets the same prepared bytes, as many as the product answers with. Nothing of Larder is in here.
 */
export const echoFloor: ChildRole<{ readonly path: string; readonly answer: Uint8Array }, { readonly port: number }> = {
  name: 'echo-floor',
  open: async ({ path, answer }) => {
    const bytes = Buffer.from(answer);
    const server = new Server();
    const same = (message: Buffer): Buffer => message;
    server.addService(
      {
        Read: {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: same,
          requestDeserialize: same,
          responseSerialize: same,
          responseDeserialize: same,
        },
      },
      { Read: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => callback(null, bytes) },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { info: { port }, close: async () => server.forceShutdown() };
  },
};
