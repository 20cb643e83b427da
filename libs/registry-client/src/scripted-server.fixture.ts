import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  buildSnapshot,
  compileDefinitions,
  entity,
  every,
  featureView,
  int64,
  parquet,
  string,
} from '@larder/registry';
import type { Snapshot } from '@larder/registry';

/**
 * An HTTP server that answers as it is told, and can go away and come back at its address. Streams of new versions are not among
 * its `requests`; there are none until `stream` says so.
 */
export class ScriptedServer {
  readonly requests: string[] = [];
  /** Paths of the streams that were asked for. */
  readonly streamsAsked: string[] = [];
  private readonly streams = new Set<ServerResponse>();
  private streaming = false;
  private server: Server | undefined;
  private port = 0;

  constructor(private answer: RequestListener) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  answerWith(answer: RequestListener): void {
    this.answer = answer;
  }

  /** Whether streams of new versions are given; those there are end when they are not. */
  stream(streaming: boolean): void {
    this.streaming = streaming;
    if (!streaming) for (const response of this.streams) response.end();
  }

  /** Sends a text to all streams. */
  sendToStreams(text: string): void {
    for (const response of this.streams) response.write(text);
  }

  get streamCount(): number {
    return this.streams.size;
  }

  private answerStream(path: string, response: ServerResponse): void {
    this.streamsAsked.push(path);
    if (!this.streaming) {
      response.writeHead(404).end();
      return;
    }
    this.streams.add(response);
    response.once('close', () => this.streams.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url?.endsWith('/watch') === true) {
        this.answerStream(request.url, response);
        return;
      }
      this.requests.push(`${String(request.method)} ${String(request.url)}`);
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}

/** Answers with a status and a JSON or text body. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** The registry's event of a new version. */
export function snapshotEvent(version: number, project = 'demo'): string {
  return `event: snapshot\ndata: ${JSON.stringify({ project, version, etag: `"${version}"` })}\n\n`;
}

/** Answers as the registry's snapshot route does. */
export function snapshotAnswer(snapshot: Snapshot, etag = `"${snapshot.version}"`): RequestListener {
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else answer(200, snapshot, { etag })(request, response);
  };
}

/** A valid snapshot of a version. */
export function exampleSnapshot(version: number, project = 'demo'): Snapshot {
  const user = entity('user', { joinKeys: { user_id: string() } });
  const source = parquet('data/users.parquet', { eventTime: 'event_timestamp' });
  const view = featureView('profile', {
    entities: [user],
    source,
    features: { age: int64() },
    cadence: every('1h'),
    description: `of version ${version}`,
  });
  const { snapshot } = buildSnapshot(compileDefinitions({ project, objects: [view] }), undefined);
  return { ...snapshot, version };
}
