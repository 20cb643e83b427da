import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStackClient, openLocalStack, present, say, styled, withProgress } from '@larder/cli';
import type { ExampleContext, Terminal } from '@larder/cli';
import * as flightDelays from '@larder/example-flight-delays';
import * as streamingRecommender from '@larder/example-streaming-recommender';
import { isLarderError, parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';

/** The demo: each example from definition to served value, on services and a Redis of its own, with a clock that stands at the example's "now". */

interface Example {
  readonly run: (context: ExampleContext) => Promise<object>;
  /** ISO 8601. */
  readonly NOW: string;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  'streaming-recommender': streamingRecommender,
  'flight-delays': flightDelays,
};

const USAGE = `usage: npm run demo [-- --json] [${Object.keys(EXAMPLES).join(' | ')}]\n`;

async function main(args: readonly string[]): Promise<number> {
  const terminal: Terminal = { json: args.includes('--json'), stdout: process.stdout, stderr: process.stderr };
  const named = args.filter((arg) => arg !== '--json');
  if (named.some((name) => !(name in EXAMPLES))) {
    process.stderr.write(USAGE);
    return 1;
  }
  const startedMs = performance.now();
  const served: Record<string, unknown> = {};
  for (const [name, example] of Object.entries(EXAMPLES)) {
    if (named.length === 0 || named.includes(name)) served[name] = await runExample(terminal, name, example);
  }
  if (terminal.json) present(terminal, served, () => '');
  say(
    terminal,
    `\nEverything ran from definition to served value in ${((performance.now() - startedMs) / 1000).toFixed(0)} s, and was cleaned up.\nNext: \`npm run dev\` keeps the services up; README.md shows what to ask them.`,
  );
  return 0;
}

async function runExample(terminal: Terminal, name: string, example: Example): Promise<unknown> {
  say(terminal, `\n${styled(terminal.stdout, 'bold', name)}  (the clock stands at ${example.NOW})`);
  const workDirectory = await mkdtemp(join(tmpdir(), 'larder-demo-'));
  try {
    const stack = await withProgress(
      terminal,
      'start the services and a Redis',
      (progress) =>
        openLocalStack({
          project: name,
          projectDirectory: workDirectory,
          clock: fixedClock(parseInstant(example.NOW)),
          onProgress: progress.update,
        }),
      ({ storeDescription }) => storeDescription,
    );
    if (stack.withoutRedis !== undefined)
      say(
        terminal,
        styled(terminal.stdout, 'yellow', `No Redis: values and jobs live in this process. ${stack.withoutRedis}`),
      );
    try {
      const directory = join(process.cwd(), 'examples', name);
      return await example.run({
        stack: { ...stack, ...createStackClient(stack, terminal) },
        terminal,
        directory,
        workDirectory,
      });
    } finally {
      await withProgress(terminal, 'stop the services', () => stack.close());
    }
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    `demo: ${isLarderError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
