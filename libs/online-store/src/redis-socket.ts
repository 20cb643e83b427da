import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from './redis-address.js';
import { redisAddressText } from './redis-address.js';
import { connectionError, replyError } from './redis-errors.js';

/** A command as bytes, every argument a bulk string. */
export function encodeCommand(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;
}

/**
 * A connection that is logged in, has selected its database and has answered a PING: also a server that accepts connections
 * and then says nothing is found out here. The caller owns the socket and must listen to 'data', 'error' and 'close' at once.
 *
 * Throws UNAVAILABLE when nobody answers within `timeoutMs`, and what `replyError` makes of a refused login.
 */
export async function openRedisSocket(address: RedisAddress, timeoutMs: number): Promise<Socket> {
  const where = redisAddressText(address);
  const socket = connect(address);
  const commands = greeting(address);
  try {
    socket.write(commands.map(encodeCommand).join(''));
    await answers(socket, { count: commands.length, where, timeoutMs });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function connect({ path, host = 'localhost', port = 6379, tls }: RedisAddress): Socket {
  const socket =
    path !== undefined ? connectPlain({ path }) : tls ? connectTls({ host, port }) : connectPlain({ host, port });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  return socket;
}

function greeting({ username, password, database }: RedisAddress): string[][] {
  const commands: string[][] = [];
  if (password !== undefined) commands.push(['AUTH', ...(username === undefined ? [] : [username]), password]);
  if (database !== 0) commands.push(['SELECT', String(database)]);
  commands.push(['PING']);
  return commands;
}

/** Resolves when `count` lines came that are no errors. */
async function answers(
  socket: Socket,
  { count, where, timeoutMs }: { count: number; where: string; timeoutMs: number },
): Promise<void> {
  let received = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => settle(connectionError(where, `no answer within ${timeoutMs} ms`)), timeoutMs);
    const onError = (error: Error): void => settle(connectionError(where, error.message, error));
    const onClose = (): void => settle(connectionError(where, 'closed the connection'));
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      const lines = received.split('\r\n').slice(0, -1);
      const refusal = lines.find((line) => !line.startsWith('+'));
      if (refusal !== undefined)
        settle(refusal.startsWith('-') ? replyError(where, refusal.slice(1)) : connectionError(where, 'is no Redis'));
      else if (lines.length >= count) settle();
    };
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      socket.off('error', onError).off('close', onClose).off('data', onData);
      if (error === undefined) return resolve();
      socket.on('error', () => undefined);
      reject(error);
    };
    socket.on('error', onError).on('close', onClose).on('data', onData);
  });
}
