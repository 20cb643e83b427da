import { connect } from 'node:net';
import { Redis } from 'ioredis';
import type { ChildRole } from '../lib/child-role.js';
import { usageOfProcess } from '../lib/child-role.js';

const ROWS_PER_COMMAND = 2048;
const COMMANDS_IN_FLIGHT = 8;

export interface MsetFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rows: number;
}

/**
 * The floor of a bulk load: the keys and rows that are in Redis when it opens (the product has just written them), encoded as MSET
 * commands beforehand, sent over a bare socket. Nothing is computed per row. Nothing of Larder is in here.
 */
export const msetFloor: ChildRole<
  { readonly redisUrl: string },
  { readonly rows: number; readonly bytes: number },
  null,
  MsetFigures
> = {
  name: 'mset-floor',
  open: async ({ redisUrl }) => {
    const { commands, rows } = await readCommands(redisUrl);
    const bytes = commands.reduce((sum, command) => sum + command.length, 0);
    return {
      info: { rows, bytes },
      run: async () => {
        const before = usageOfProcess().cpuSeconds;
        const startedMs = performance.now();
        await sendAll(redisUrl, commands);
        return {
          seconds: (performance.now() - startedMs) / 1000,
          cpuSeconds: usageOfProcess().cpuSeconds - before,
          rows,
        };
      },
      close: async () => undefined,
    };
  },
};

async function readCommands(redisUrl: string): Promise<{ commands: Buffer[]; rows: number }> {
  const redis = new Redis(redisUrl);
  const commands: Buffer[] = [];
  let pending: Buffer[] = [];
  let rows = 0;
  for await (const found of redis.scanBufferStream({ match: '*{*', count: 4096 }) as AsyncIterable<Buffer[]>) {
    pending.push(...found);
    while (pending.length >= ROWS_PER_COMMAND) {
      commands.push(await msetCommand(redis, pending.slice(0, ROWS_PER_COMMAND)));
      pending = pending.slice(ROWS_PER_COMMAND);
      rows += ROWS_PER_COMMAND;
    }
  }
  if (pending.length > 0) commands.push(await msetCommand(redis, pending));
  redis.disconnect();
  return { commands, rows: rows + pending.length };
}

async function msetCommand(redis: Redis, keys: readonly Buffer[]): Promise<Buffer> {
  const values = await redis.mgetBuffer([...keys]);
  const parts: Buffer[] = [Buffer.from(`*${1 + 2 * keys.length}\r\n$4\r\nMSET\r\n`)];
  for (const [index, key] of keys.entries()) parts.push(bulk(key), bulk(values[index] ?? Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Sends all commands, some at a time, and resolves when every one was answered with OK. */
async function sendAll(path: string, commands: readonly Buffer[]): Promise<void> {
  const socket = connect({ path });
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      for (const byte of chunk) if (byte === 0x2b) answered++;
      if (chunk.includes('-')) return reject(new Error(`Redis refused: ${chunk.toString()}`));
      if (answered === commands.length) return resolve();
      while (sent < commands.length && sent - answered < COMMANDS_IN_FLIGHT) socket.write(commands[sent++] as Buffer);
    });
    while (sent < Math.min(commands.length, COMMANDS_IN_FLIGHT)) socket.write(commands[sent++] as Buffer);
  });
  socket.destroy();
}
