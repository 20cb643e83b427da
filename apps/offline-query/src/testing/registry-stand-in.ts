import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Snapshot } from '@larder/registry';
import type { ConsumerRecord, ConsumersReport } from '@larder/registry-client';

/** The routes of a registry that this service uses, over snapshots at hand. */
export interface RegistryStandIn {
  readonly url: string;
  /** Applies a snapshot. */
  apply(snapshot: Snapshot): void;
  /** What was reported, by project. */
  readonly reported: ReadonlyMap<string, readonly ConsumerRecord[]>;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startRegistryStandIn(): Promise<RegistryStandIn> {
  const snapshots = new Map<string, Snapshot>();
  const reported = new Map<string, readonly ConsumerRecord[]>();
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const [, , , project = '', what = ''] = (request.url ?? '').split('/');
    const snapshot = snapshots.get(project);
    if (request.url === '/v1/projects')
      answer(
        200,
        [...snapshots.values()].map(({ project: name, version }) => ({ project: name, version, appliedAt: '' })),
      );
    else if (what === 'consumers') {
      void bodyOf(request).then((text) => {
        const { consumers } = JSON.parse(text) as ConsumersReport;
        reported.set(project, [...(reported.get(project) ?? []), ...consumers]);
        answer(200, {});
      });
    } else if (what === 'snapshot' && snapshot !== undefined) answer(200, snapshot);
    else answer(404, { error: { code: 'NOT_FOUND', message: 'nothing here', details: {} } });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apply: (snapshot) => void snapshots.set(snapshot.project, snapshot),
    reported,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
