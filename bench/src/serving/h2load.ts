import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load, LoadGenerator } from './load-generator.js';

const FRAME_BYTES = 5;

/** What h2load said about a run. */
export interface H2loadReport {
  readonly seconds: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly ok: number;
  /** Bytes of all DATA frames' contents. */
  readonly dataBytes: number;
}

/**
 * Load by nghttp2's h2load: costs a tenth of a grpc-js client. It counts HTTP status codes and bytes of data but does not look
 * at grpc-status or bodies; an error's answer has no data, so the number of data bytes tells.
 */
export function createH2load(command: string): LoadGenerator {
  return {
    describe: 'h2load',
    checks: 'every status and the sum of data bytes; one whole answer compared byte by byte before each load',
    run: async (load) => {
      const report = parseH2loadReport(await runH2load(command, load));
      const wanted = load.calls * (FRAME_BYTES + load.expected.length);
      if (report.ok !== load.calls || report.failed !== 0) throw new Error(`h2load: ${JSON.stringify(report)}`);
      if (report.dataBytes !== wanted)
        throw new Error(`h2load received ${report.dataBytes} bytes of data instead of ${wanted}`);
      return { seconds: report.seconds };
    },
  };
}

async function runH2load(command: string, load: Load): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  try {
    const body = join(folder, 'body');
    await writeFile(body, grpcFrame(load.request));
    const streams = Math.max(1, Math.round(load.inFlight / load.connections));
    const headers = ['content-type: application/grpc', 'te: trailers'].flatMap((header) => ['-H', header]);
    const sizes = ['-n', String(load.calls), '-c', String(load.connections), '-m', String(streams), '-t', '1'];
    const url = `http://127.0.0.1:${load.port}${load.path}`;
    const { stdout } = await promisify(execFile)(command, [...sizes, ...headers, '-d', body, url]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function grpcFrame(message: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60 };

/** Reads h2load's output; an Error quotes what is missing in it. */
export function parseH2loadReport(text: string): H2loadReport {
  const find = (pattern: RegExp): RegExpExecArray => {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`h2load's report lacks ${pattern.source}:\n${text}`);
    return match;
  };
  const [, time, unit] = find(/finished in ([\d.]+)(us|ms|s|m),/);
  return {
    seconds: Number(time) * (UNITS[unit ?? 's'] ?? 1),
    succeeded: Number(find(/(\d+) succeeded/)[1]),
    failed: Number(find(/(\d+) failed/)[1]),
    ok: Number(find(/status codes: (\d+) 2xx/)[1]),
    dataBytes: Number(find(/\((\d+)\) data/)[1]),
  };
}
