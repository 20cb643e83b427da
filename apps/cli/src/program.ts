import { Command, CommanderError, Option } from 'commander';
import { isLarderError } from '@larder/registry';
import type { LogLevel } from '@larder/service-runtime';
import { applyCommand, planCommand } from './commands/definitions-commands.js';
import { describeCommand, listCommand } from './commands/discovery-commands.js';
import { getCommand } from './commands/get-command.js';
import { historyCommand, runsCommand } from './commands/history-commands.js';
import { materializeCommand } from './commands/materialize-command.js';
import { trainingSetCommand } from './commands/training-set-command.js';
import { createContext } from './context.js';
import type { CliContext, GlobalOptions } from './context.js';
import { styled } from './terminal.js';
import type { Terminal } from './terminal.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOptions {
  /** Without program and script. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stdout: Terminal['stdout'];
  readonly stderr: Terminal['stderr'];
}

/** Runs one `larder` command and returns its exit code: 0 done, 1 failed, 2 `plan` found changes. Never throws for a user's mistake. */
export async function runProgram(options: ProgramOptions): Promise<number> {
  const run = { exitCode: 0, json: options.args.includes('--json') };
  const program = buildProgram(options, (code) => (run.exitCode = code));
  try {
    await program.parseAsync([...options.args], { from: 'user' });
    return run.exitCode;
  } catch (error) {
    return reportError(error, options, run.json);
  }
}

function buildProgram(options: ProgramOptions, exit: (code: number) => void): Command {
  const program = new Command('larder')
    .description('Larder, a feature store: define features once, train and serve from the same definition.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void options.stdout.write(text),
      writeErr: (text) => void options.stderr.write(text),
    })
    .showHelpAfterError('(larder --help shows the commands)')
    .option('--json', 'print one JSON document, for programs')
    .option(
      '--project <name>',
      "project; the definitions' own, or the registry's only one",
      options.environment['LARDER_PROJECT'],
    )
    .addOption(
      address(
        '--registry-url <url>',
        'registry',
        options.environment['LARDER_REGISTRY_URL'] ?? 'http://localhost:6570',
      ),
    )
    .addOption(
      address(
        '--offline-url <url>',
        'offline-query',
        options.environment['LARDER_OFFLINE_URL'] ?? 'http://localhost:6571',
      ),
    )
    .addOption(
      address(
        '--worker-url <url>',
        'materializer-worker',
        options.environment['LARDER_WORKER_URL'] ?? 'http://localhost:6572',
      ),
    )
    .addOption(
      address(
        '--serving <host:port>',
        'gRPC of online-serving',
        options.environment['LARDER_SERVING'] ?? 'localhost:6567',
      ),
    );
  const context = (): CliContext => createContext(program.opts<GlobalOptions>(), options);
  addDefinitionCommands(program, context, exit);
  addDataCommands(program, context, exit);
  addDevCommand(program, context, exit);
  return program;
}

function address(flags: string, service: string, byDefault: string): Option {
  return new Option(flags, `address of ${service}`).default(byDefault);
}

type Exit = (code: number) => void;

function addDefinitionCommands(program: Command, context: () => CliContext, exit: Exit): void {
  program
    .command('plan [path]')
    .description('show what applying the definitions would change; exit code 2 when there is something')
    .action(async (path: string = '.') => exit(await planCommand(context(), path)));
  program
    .command('apply [path]')
    .description('register the definitions (a file, or a folder with features.ts or larder.yaml) as the next version')
    .option('--expected-version <n>', 'refuse when the registry is at another version', Number)
    .option('--author <name>', 'who applies')
    .action(async (path: string = '.', options: { expectedVersion?: number; author?: string }) =>
      exit(await applyCommand(context(), path, options)),
    );
  program
    .command('list')
    .description('every registered feature: entity, type, source, cadence')
    .action(async () => exit(await listCommand(context())));
  program
    .command('describe <name>')
    .description('one feature view, feature service, entity or source')
    .action(async (name: string) => exit(await describeCommand(context(), name)));
  program
    .command('history')
    .description('versions of the project: who, when, what changed')
    .action(async () => exit(await historyCommand(context())));
}

function addDataCommands(program: Command, context: () => CliContext, exit: Exit): void {
  program
    .command('materialize [views...]')
    .description('bring the online values of views up to date (all views when none is named)')
    .option('--service <name>', 'the views of a feature service')
    .option('--reload', 'compute everything anew beside the present values, then switch')
    .option('--no-wait', 'only ask for the runs')
    .action(async (views: string[], options: { service?: string; reload?: boolean; wait: boolean }) =>
      exit(await materializeCommand(context(), views, options)),
    );
  program
    .command('runs')
    .description('materialization runs, the newest first')
    .option('--view <name>', 'of one view')
    .action(async (options: { view?: string }) => exit(await runsCommand(context(), options)));
  program
    .command('get <entities...>')
    .description('the newest values of entities, such as user_id=8a2f or origin=SFO,destination=LAX')
    .option('--service <name>', "feature service; the project's only one when absent")
    .option('--features <references...>', 'features as view:feature')
    .option('--full-names', 'names as view__feature')
    .option('--timeout-ms <n>', 'how long to wait', Number, 1000)
    .action(
      async (
        entities: string[],
        options: { service?: string; features?: string[]; fullNames?: boolean; timeoutMs: number },
      ) => exit(await getCommand(context(), entities, options)),
    );
  program
    .command('training-set <spine>')
    .description('point-in-time features for the rows of a Parquet, CSV or JSON file')
    .option('--service <name>', "feature service; the project's only one when absent")
    .option('--features <references...>', 'features as view:feature')
    .option('--full-names', 'names as view__feature')
    .option('--out <file>', 'write Parquet instead of printing rows')
    .option('--timestamp-column <name>', 'column with the time of each row (event_timestamp)')
    .option('--ignore-created-time', 'also count rows that were written down later than the time of the spine row')
    .addOption(new Option('--accuracy <kind>', 'instead of each view’s own').choices(['temporal', 'snapshot']))
    .action(async (spine: string, options: Parameters<typeof trainingSetCommand>[2]) =>
      exit(await trainingSetCommand(context(), spine, options)),
    );
}

function addDevCommand(program: Command, context: () => CliContext, exit: Exit): void {
  program
    .command('dev [path]')
    .description('run the four services on this machine and apply the definitions whenever they change')
    .option('--now <time>', 'a clock that stands still at this time')
    .option('--redis-url <url>', 'a Redis instead of one started for the purpose')
    .option('--in-process', 'no Redis: values and jobs live in this process')
    .addOption(
      new Option('--log-level <level>', 'of the services').choices(['debug', 'info', 'warn', 'error']).default('warn'),
    )
    .action(
      async (
        path: string = '.',
        options: { now?: string; redisUrl?: string; inProcess?: boolean; logLevel: LogLevel },
      ) => {
        const { terminal, project } = context();
        const { devCommand } = await import('./commands/dev-command.js');
        exit(await devCommand(terminal, path, { ...options, ...(project === undefined ? {} : { project }) }));
      },
    );
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
