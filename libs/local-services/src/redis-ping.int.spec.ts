import { createServer, type Server } from 'node:net';
import { freePort } from './free-port.js';
import { pingRedis } from './redis-ping.js';

/** Something that is not quite a Redis: answers every connection with fixed bytes, or with nothing. */
async function withStranger(answer: string | undefined, ask: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (answer !== undefined) socket.end(answer);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await ask(port);
  } finally {
    server.close();
  }
}

const at = (port: number) => ({ endpoint: { host: '127.0.0.1', port }, tls: false });

describe('pingRedis', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /not a Redis: it answered "HTTP/],
    ['-NOAUTH Authentication required.\r\n', /it answered: NOAUTH Authentication required/],
    ['', /closed the connection without an answer/],
    [undefined, /no answer within 200 ms/],
  ])('says what happened when %j comes back', async (answer, message) => {
    await withStranger(answer, async (port) => {
      await expect(pingRedis(at(port), 200)).rejects.toThrow(message);
    });
  });

  it('accepts a PONG that comes after the answer to AUTH', async () => {
    await withStranger('+OK\r\n+PONG\r\n', async (port) => {
      await expect(pingRedis({ ...at(port), login: ['AUTH', 'secret'] }, 2_000)).resolves.toBeUndefined();
    });
  });

  it('says that nobody listens', async () => {
    await expect(pingRedis(at(await freePort()), 2_000)).rejects.toThrow(/ECONNREFUSED/);
  });
});
