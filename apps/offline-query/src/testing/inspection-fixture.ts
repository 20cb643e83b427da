import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import type { InspectionResult } from '@larder/registry-client';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { freePort, temporaryDirectory } from '@larder/testing';
import { openOfflineQueryApp } from '../app.js';
import { parseOfflineQueryConfig } from '../config.js';

/** The whole service without a registry, and a store of its own to write Parquet with. */
export interface InspectionFixture {
  readonly directory: string;
  readonly url: string;
  readonly writer: OfflineStore;
  /** `POST /v1/source-inspections`. */
  inspect(body: unknown, signal?: AbortSignal): Promise<InspectionAnswer>;
  /** Every file and folder below the service's folders, but for the writer's own. */
  files(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface InspectionAnswer extends Partial<InspectionResult> {
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Opens it. */
export async function openInspectionFixture(
  settings: Readonly<Record<string, string>> = {},
): Promise<InspectionFixture> {
  const folder = await temporaryDirectory();
  const own = await temporaryDirectory();
  const directory = folder.path;
  const writer = await openOfflineStore({
    projectDirectory: directory,
    allowedDirectories: [directory],
    temporaryDirectory: own.path,
  });
  const config = parseOfflineQueryConfig({
    LARDER_HTTP_HOST: '127.0.0.1',
    LARDER_HTTP_PORT: '0',
    LARDER_PROJECT: 'shop',
    LARDER_REGISTRY_URL: `http://127.0.0.1:${await freePort()}`,
    LARDER_SNAPSHOT_DIRECTORY: join(directory, 'snapshots'),
    LARDER_OUTPUT_DIRECTORY: join(directory, 'out'),
    LARDER_PROJECT_DIRECTORY: directory,
    LARDER_MAX_INSPECTIONS: '1',
    LARDER_INSPECTION_MEMORY_BYTES: String(2 ** 27),
    ...settings,
  });
  const context = { config, clock: systemClock, logger: silentLogger(), metrics: new Metrics() };
  const app = await openOfflineQueryApp(context);
  return {
    directory,
    url: app.httpUrl,
    writer,
    inspect: (body, signal) => post(`${app.httpUrl}/v1/source-inspections`, body, signal),
    files: async () => (await readdir(directory, { recursive: true })).sort(),
    close: async () => {
      await app.close();
      await writer.close();
      await folder.close();
      await own.close();
    },
  };
}

async function post(url: string, body: unknown, signal: AbortSignal | undefined): Promise<InspectionAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
