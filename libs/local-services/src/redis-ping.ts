import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from './redis-address.js';

/**
 * Asks a Redis for a PONG, after AUTH when the address has a login, on a connection of its own.
 *
 * Throws an `Error` that says what happened instead: refused, silent for `timeoutMs`, an error reply, not a Redis.
 */
export async function pingRedis(address: RedisAddress, timeoutMs: number): Promise<void> {
  const commands = address.login === undefined ? [['PING']] : [address.login, ['PING']];
  const socket = address.tls ? connectTls(address.endpoint) : connect(address.endpoint);
  const deadline = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    socket.write(commands.map(encodeCommand).join(''));
    const replies = await readLines(socket, commands.length);
    if (replies.at(-1) !== '+PONG')
      throw new Error(`not a Redis: it answered ${JSON.stringify(replies.join(' ').slice(0, 80))}`);
  } finally {
    clearTimeout(deadline);
    socket.destroy();
  }
}

/** A command as the array of bulk strings that the Redis protocol wants. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

async function readLines(socket: Socket, count: number): Promise<string[]> {
  let received = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    received += String(chunk);
    const lines = received.split('\r\n').slice(0, -1);
    const failure = lines.find((line) => line.startsWith('-'));
    if (failure !== undefined) throw new Error(`it answered: ${failure.slice(1)}`);
    if (lines.length >= count) return lines;
  }
  throw new Error('it closed the connection without an answer');
}
