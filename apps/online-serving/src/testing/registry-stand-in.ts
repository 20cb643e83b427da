import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConsumersReport } from '@larder/registry-client';
import type { Snapshot } from '@larder/registry';

/** The part of the registry's HTTP API that online-serving uses, with the snapshots that a test gives it. */
export class RegistryStandIn {
  readonly reports: { readonly project: string; readonly report: ConsumersReport }[] = [];
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  put(snapshot: Snapshot): void {
    this.snapshots.set(snapshot.project, snapshot);
  }

  /** Listens; without a port on any that is free. */
  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, project = '', what = ''] = /^\/v1\/projects(?:\/([^/]+)\/(\w+))?/.exec(request.url ?? '') ?? [];
    const snapshot = this.snapshots.get(project);
    if (project === '' && request.url === '/v1/projects') {
      const appliedAt = '2026-05-07T00:00:00Z';
      return send(
        response,
        200,
        [...this.snapshots.values()].map((each) => ({ project: each.project, version: each.version, appliedAt })),
      );
    }
    if (what === 'consumers' && request.method === 'POST') {
      this.reports.push({ project, report: JSON.parse(await text(request)) as ConsumersReport });
      return send(response, 200, {});
    }
    if (what === 'snapshot' && snapshot !== undefined) {
      const etag = `"${snapshot.version}"`;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      response.setHeader('etag', etag);
      return send(response, 200, snapshot);
    }
    send(response, 404, { error: { code: 'NOT_FOUND', message: `no ${request.url}`, details: {}, requestId: '0' } });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
