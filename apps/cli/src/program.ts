import { Command, CommanderError, Option } from 'commander';
import { isLarderError } from '@larder/registry';
import { createContext } from './context.js';
import type { CliContext, GlobalOptions } from './context.js';
import { addDataCommands, addDevCommand } from './program/data-commands.js';
import { addDefinitionCommands, addDiscoveryCommands } from './program/definition-commands.js';
import { addCodeCommands } from './program/code-commands.js';
import { styled } from './terminal.js';
import type { Terminal, TerminalStream } from './terminal.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOptions {
  /** Without program and script. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stdout: Terminal['stdout'];
  readonly stderr: Terminal['stderr'];
}

/**
 * Runs one `larder` command and returns its exit code: 0 done, 1 failed or refused, 2 `plan` found changes. Never throws for a user's
 * mistake. Colours only on a terminal, and not when NO_COLOR is set.
 */
export async function runProgram(given: ProgramOptions): Promise<number> {
  const options = withoutColours(given);
  const run = { exitCode: 0, json: options.args.includes('--json') };
  const program = buildProgram(options, (code) => (run.exitCode = code));
  try {
    await program.parseAsync([...options.args], { from: 'user' });
    return run.exitCode;
  } catch (error) {
    return reportError(error, options, run.json);
  }
}

function withoutColours(options: ProgramOptions): ProgramOptions {
  const { NO_COLOR: noColour = '' } = options.environment;
  if (noColour === '') return options;
  const plain = (stream: TerminalStream): TerminalStream => ({ write: (text) => stream.write(text), isTTY: false });
  return { ...options, stdout: plain(options.stdout), stderr: plain(options.stderr) };
}

const EXAMPLES = `
Exit codes: 0 done, 1 failed or refused, 2 \`plan\` found changes.

Start here:
  larder dev                       the whole store on this machine, with ./features.ts or ./larder.yaml
  larder plan                      what would change in the registry, and what that takes
  larder apply                     do it
  larder get user_id=8a2f          what an application would read now
  larder search watch              who has which feature`;

function buildProgram(options: ProgramOptions, exit: (code: number) => void): Command {
  const { environment } = options;
  const program = new Command('larder')
    .description('Larder, a feature store: define features once, train and serve from the same definition.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void options.stdout.write(text),
      writeErr: (text) => void options.stderr.write(text),
    })
    .showHelpAfterError('(larder --help shows the commands)')
    .addHelpText('after', EXAMPLES)
    .option('--json', 'print one JSON document, for programs')
    .option(
      '--project <name>',
      "project; the definitions' own, or the registry's only one",
      firstProject(environment['LARDER_PROJECT']),
    )
    .addOption(
      address('--registry-url <url>', 'registry', environment['LARDER_REGISTRY_URL'] ?? 'http://localhost:6570'),
    )
    .addOption(
      address('--offline-url <url>', 'offline-query', environment['LARDER_OFFLINE_URL'] ?? 'http://localhost:6571'),
    )
    .addOption(
      address('--worker-url <url>', 'materializer-worker', environment['LARDER_WORKER_URL'] ?? 'http://localhost:6572'),
    )
    .addOption(
      address('--serving <host:port>', 'gRPC of online-serving', environment['LARDER_SERVING'] ?? 'localhost:6567'),
    );
  const context = (): CliContext => createContext(program.opts<GlobalOptions>(), options);
  for (const add of [addDefinitionCommands, addDiscoveryCommands, addDataCommands, addCodeCommands, addDevCommand])
    add({ program, context, exit });
  return program;
}

function address(flags: string, service: string, byDefault: string): Option {
  return new Option(flags, `address of ${service}`).default(byDefault);
}

/** Services take several projects in this variable; a command is about the first one that is a name. */
function firstProject(projects: string | undefined): string | undefined {
  return projects
    ?.split(',')
    .map((each) => each.trim())
    .find((each) => each !== '' && !each.endsWith('*'));
}

function reportError(error: unknown, { stdout, stderr }: ProgramOptions, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (!isLarderError(error)) throw error;
  if (json)
    stdout.write(
      `${JSON.stringify({ error: { code: error.code, message: error.message, details: error.details } }, null, 2)}\n`,
    );
  else stderr.write(`${styled(stderr, 'red', `larder: ${error.message}`)}\n`);
  return 1;
}
