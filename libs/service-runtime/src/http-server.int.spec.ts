import { Agent, get } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { listen } from './http-server.js';

const LOCAL = { host: '127.0.0.1', port: 0 };

/** A handler that holds every answer until it is told to go on. */
function holdingHandler(): { handler: RequestListener; arrived: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const handler = (_request: IncomingMessage, response: ServerResponse): void => {
    arrive();
    void released.then(() => response.end('done'));
  };
  return { handler, arrived, release };
}

describe('listen', () => {
  it('lets answers in progress end and takes no new connections', async () => {
    const { handler, arrived, release } = holdingHandler();
    const server = await listen(handler, LOCAL);
    const answer = fetch(server.url).then((response) => response.text());
    await arrived;
    const closing = server.close();
    await expect(fetch(server.url)).rejects.toThrow();
    release();
    expect(await answer).toBe('done');
    await closing;
  });

  it('cuts answers that are still in progress at the deadline', async () => {
    const { handler, arrived } = holdingHandler();
    const server = await listen(handler, LOCAL);
    const answer = fetch(server.url).then((response) => response.text());
    const failed = expect(answer).rejects.toThrow();
    await arrived;
    await server.close(AbortSignal.timeout(20));
    await failed;
  });

  it('asks callers to end their connection while it drains', async () => {
    const server = await listen((_request, response) => void response.end('done'), LOCAL);
    const agent = new Agent({ keepAlive: true });
    expect(await connectionHeader(server.url, agent)).toBe('keep-alive');
    server.startDraining();
    expect(await connectionHeader(server.url, agent)).toBe('close');
    agent.destroy();
    await server.close();
  });

  it('closes at once when connections are only kept alive', async () => {
    const server = await listen((_request, response) => void response.end('done'), LOCAL);
    const agent = new Agent({ keepAlive: true });
    await connectionHeader(server.url, agent);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    agent.destroy();
  });

  it('names the address that is taken', async () => {
    const first = await listen((_request, response) => void response.end(), LOCAL);
    const second = listen((_request, response) => void response.end(), { host: '127.0.0.1', port: first.port });
    await expect(second).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `cannot listen on 127.0.0.1:${first.port}: the port is in use`,
    });
    await first.close();
  });
});

function connectionHeader(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.headers.connection));
    }).once('error', reject);
  });
}
