import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { freePort } from '@larder/testing';

/** A TCP port in front of a Redis on a unix socket. */
export interface RedisProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a proxy that hands on replies in pieces of at most `replyBytes`, each of which arrives on its own. */
export async function openRedisProxy(socketPath: string, replyBytes = 1 << 16): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const server = await listen((client) => {
    const upstream = connect({ path: socketPath });
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => undefined);
      socket.on('close', () => void (client.destroy(), upstream.destroy(), sockets.delete(socket)));
    }
    client.pipe(upstream);
    void handOn(upstream, client, replyBytes);
  });
  return { port: server.port, close: () => closeServer(server.server, sockets) };
}

/** A server that answers nothing but what the test writes: `greet` is told every connection. */
export async function openStranger(greet: (socket: Socket) => void): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const server = await listen((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined);
    greet(socket);
  });
  return { port: server.port, close: () => closeServer(server.server, sockets) };
}

async function handOn(from: Socket, to: Socket, bytes: number): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length && !to.destroyed; at += bytes)
        await written(to, chunk.subarray(at, at + bytes));
    }
  } catch {
    to.destroy();
  }
}

/** Resolves when the piece has left and the other side had a turn to read it. */
async function written(socket: Socket, piece: Buffer): Promise<void> {
  await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
}

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const port = await freePort();
  const server = createServer(onConnection).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port };
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
