import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InspectionRequest, InspectionResult } from '@larder/registry-client';

type Inspect = (request: InspectionRequest) => Partial<InspectionResult> | Promise<Partial<InspectionResult>>;

/** What looks at data, in place of the service that does: answers as it is told, and may be away. */
export class ScriptedInspector {
  readonly requests: InspectionRequest[] = [];
  private inspect: Inspect = () => ({});
  private status = 200;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<ScriptedInspector> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void inspector
          .answer(String(request.url), JSON.parse(Buffer.concat(chunks).toString()) as InspectionRequest)
          .then(({ status, body }) => response.writeHead(status).end(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const inspector = new ScriptedInspector(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return inspector;
  }

  /** From now on; with another status than 200 the service is in trouble. */
  answerWith(inspect: Inspect, status = 200): void {
    this.inspect = inspect;
    this.status = status;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(path: string, request: InspectionRequest): Promise<{ status: number; body: string }> {
    if (path !== '/v1/source-inspections') return { status: 404, body: '' };
    this.requests.push(request);
    const result = { problems: [], warnings: [], estimates: [], ...(await this.inspect(request)) };
    return { status: this.status, body: this.status === 200 ? JSON.stringify(result) : 'out of memory' };
  }
}
