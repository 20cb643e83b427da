import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LarderError } from '@larder/registry';
import type { Lifecycle } from './lifecycle.js';

/** Longer than the idle time of common load balancers (60 s), so that they and not we end idle connections. */
const KEEP_ALIVE_MS = 65_000;

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface HttpServer {
  readonly host: string;
  /** The port that was given or chosen. */
  readonly port: number;
  /** `http://host:port`, with `localhost` for an address that means all interfaces. */
  readonly url: string;
  /** Goes on answering, and asks callers with each answer to end their connection. */
  startDraining(): void;
  /** Takes no new connections, waits for answers in progress until `deadline` aborts, then cuts them. May be called more than once. */
  close(deadline?: AbortSignal): Promise<void>;
}

/** Listens. Throws UNAVAILABLE that names the address when it is taken, not permitted or not of this machine. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<HttpServer> {
  const server = new DrainingServer(handler);
  const port = await server.listen(options);
  return {
    host: options.host,
    port,
    url: `http://${shownHost(options.host)}:${port}`,
    startDraining: () => server.startDraining(),
    close: (deadline) => server.close(deadline),
  };
}

/** Listens, drains with the lifecycle and closes with it. */
export async function openHttpServer(
  lifecycle: Lifecycle,
  handler: RequestListener,
  options: ListenOptions,
): Promise<HttpServer> {
  const server = await listen(handler, options);
  lifecycle.onDrain(() => server.startDraining());
  lifecycle.onClose('http server', (deadline) => server.close(deadline));
  return server;
}

class DrainingServer {
  private readonly server: Server;
  private draining = false;
  private closing: Promise<void> | undefined;

  constructor(handler: RequestListener) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.watch(response);
      handler(request, response);
    });
  }

  async listen({ host, port }: ListenOptions): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => reject(cannotListen(error, { host, port })));
      this.server.listen({ host, port }, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  startDraining(): void {
    this.draining = true;
  }

  close(deadline?: AbortSignal): Promise<void> {
    this.draining = true;
    this.closing ??= this.stop(deadline);
    return this.closing;
  }

  private watch(response: ServerResponse<IncomingMessage>): void {
    if (this.draining) response.setHeader('connection', 'close');
    response.once('close', () => {
      if (this.closing !== undefined) setImmediate(() => this.server.closeIdleConnections());
    });
  }

  private async stop(deadline: AbortSignal | undefined): Promise<void> {
    const cut = (): void => this.server.closeAllConnections();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    if (deadline?.aborted === true) cut();
    deadline?.addEventListener('abort', cut, { once: true });
    await closed;
    deadline?.removeEventListener('abort', cut);
  }
}

function cannotListen(error: NodeJS.ErrnoException, { host, port }: ListenOptions): LarderError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'the port is in use',
    EACCES: 'not permitted',
    EADDRNOTAVAIL: 'not an address of this machine',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new LarderError('UNAVAILABLE', `cannot listen on ${host}:${port}: ${reason}`, {}, { cause: error });
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
