import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildRole } from './child-role.js';
import { roleOfChild, serveRole } from './child-role.js';
import { describeMachine } from './machine.js';
import type { Metric } from './metric.js';
import type { BenchOptions } from './options.js';
import { parseOptions } from './options.js';
import type { BenchResult } from './report.js';
import { jsonLines, reportText } from './report.js';

/** Where results are kept, relative to the workspace. */
export const RESULTS_FOLDER = 'bench/results';

/** What a bench is given. */
export interface BenchContext extends BenchOptions {
  readonly onProgress: (message: string) => void;
  /** Opens something that must be closed when the bench ends, in reverse order; returns it. */
  use<T extends { close(): unknown }>(opened: T | Promise<T>): Promise<T>;
}

/** One bench: one question. */
export interface Bench {
  readonly name: string;
  /** The question, in one sentence. */
  readonly about: string;
  readonly floor: string;
  readonly notMeasured: readonly string[];
  /** What its child processes can be. */
  readonly roles: readonly ChildRole[];
  measure(
    context: BenchContext,
  ): Promise<{ readonly conditions: readonly string[]; readonly metrics: readonly Metric[] }>;
}

/** The whole of a bench's main: measures and reports, or, in a child process, plays its role. */
export async function runBench(bench: Bench): Promise<void> {
  const role = roleOfChild(process.argv);
  if (role !== undefined) return serveRole(bench.roles, role);
  try {
    const options = parseOptions(process.argv.slice(2));
    const result = await measure(bench, options);
    process.stdout.write(options.json ? jsonLines(result) : `\n${reportText(result)}\n${jsonLines(result)}`);
    if (!options.quick && options.profileDirectory === undefined) keepResult(result);
  } catch (error) {
    process.stderr.write(`${bench.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function measure(bench: Bench, options: BenchOptions): Promise<BenchResult> {
  const opened: { close(): unknown }[] = [];
  const context: BenchContext = {
    ...options,
    onProgress: (message) => void (options.json || process.stderr.write(`${bench.name}: ${message}\n`)),
    use: async (opening) => {
      const resource = await opening;
      opened.push(resource);
      return resource;
    },
  };
  try {
    const { conditions, metrics } = await bench.measure(context);
    const { name, about, floor, notMeasured } = bench;
    return {
      bench: name,
      about,
      floor,
      conditions,
      notMeasured,
      measuredAt: new Date().toISOString(),
      machine: describeMachine(),
      metrics,
    };
  } finally {
    for (const resource of opened.toReversed()) await resource.close();
  }
}

function keepResult(result: BenchResult): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(join(RESULTS_FOLDER, `${result.bench}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
