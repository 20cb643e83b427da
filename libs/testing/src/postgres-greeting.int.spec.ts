import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '@larder/local-services';
import { postgresTakesConnections } from './postgres-greeting.js';

async function whenAnswered(answer: string): Promise<boolean> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(answer));
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  try {
    return await postgresTakesConnections(port, 'larder');
  } finally {
    server.close();
  }
}

describe('postgresTakesConnections', () => {
  it('says yes to a request to authenticate, and no to an error or to silence', async () => {
    expect(await whenAnswered('R\0\0\0\x08')).toBe(true);
    expect(await whenAnswered('E\0\0\0\x08SFATAL')).toBe(false);
    expect(await whenAnswered('')).toBe(false);
  });

  it('says no when nobody listens', async () => {
    expect(await postgresTakesConnections(await freePort(), 'larder')).toBe(false);
  });
});
