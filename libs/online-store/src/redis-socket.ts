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
 * Throws UNAVAILABLE when nobody answers within `timeoutMs` or `signal` is aborted first, and what `replyError` makes of a
 * refused login. Nothing is said to a server whose certificate was not accepted.
 */
export async function openRedisSocket(address: RedisAddress, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  const where = redisAddressText(address);
  const commands = greeting(address);
  const socket = connect(address);
  socket.once(address.tls ? 'secureConnect' : 'connect', () => socket.write(commands.map(encodeCommand).join('')));
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const abort = (): unknown => socket.destroy(new Error('no longer wanted'));
  signal?.addEventListener('abort', abort);
  try {
    await greeted(socket, commands.length, where);
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
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

/** Resolves when `count` lines came that are no errors; leaves no listener behind. */
async function greeted(socket: Socket, count: number, where: string): Promise<void> {
  let received = '';
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('error', onError).off('close', onClose).off('data', onData);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onError = (error: Error): void => settle(connectionError(where, error.message, error));
    const onClose = (): void => settle(connectionError(where, 'closed the connection'));
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      const lines = received.split('\r\n').slice(0, -1);
      const refusal = lines.find((line) => !line.startsWith('+'));
      if (refusal !== undefined) settle(refusalError(where, refusal));
      else if (lines.length >= count) settle();
    };
    socket.on('error', onError).on('close', onClose).on('data', onData);
  });
}

function refusalError(where: string, line: string): Error {
  return line.startsWith('-') ? replyError(where, line.slice(1)) : connectionError(where, 'is no Redis');
}
