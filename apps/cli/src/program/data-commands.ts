import { Option } from 'commander';
import type { LogLevel } from '@larder/service-runtime';
import type { GetOptions } from '../commands/get-command.js';
import { getCommand } from '../commands/get-command.js';
import { runsCommand } from '../commands/history-commands.js';
import type { MaterializeOptions } from '../commands/materialize-command.js';
import { materializeCommand } from '../commands/materialize-command.js';
import type { TrainingSetOptions } from '../commands/training-set-command.js';
import { trainingSetCommand } from '../commands/training-set-command.js';
import type { CommandSetup } from './command-setup.js';
import { wholeNumber } from './command-setup.js';

const SERVICE = "feature service; the project's only one when absent";

/** Commands that move or read values. */
export function addDataCommands({ program, context, exit }: CommandSetup): void {
  program
    .command('materialize')
    .argument('[views...]', 'feature views; all when none is named')
    .description('bring the online values of views up to date now')
    .option('--service <name>', 'the views of a feature service')
    .option('--reload', 'compute everything anew beside the present values, then switch')
    .option('--no-wait', 'only ask for the runs')
    .action(async (views: string[], options: MaterializeOptions) =>
      exit(await materializeCommand(context(), views, options)),
    );
  program
    .command('runs')
    .description('materialization runs, the newest first')
    .option('--view <name>', 'of one view')
    .action(async (options: { view?: string }) => exit(await runsCommand(context(), options)));
  program
    .command('get')
    .argument('<entities...>', 'such as user_id=8a2f or origin=SFO,destination=LAX')
    .description('the newest values of entities, as an application reads them')
    .option('--service <name>', SERVICE)
    .option('--features <references...>', 'features as view:feature')
    .option('--full-names', 'names as view__feature')
    .option('--timeout-ms <n>', 'how long to wait', wholeNumber, 1000)
    .action(async (entities: string[], options: GetOptions) => exit(await getCommand(context(), entities, options)));
  program
    .command('training-set')
    .argument('<spine>', 'a Parquet, CSV or JSON file: join keys and a time per row')
    .description('point-in-time features for the rows of a file')
    .option('--service <name>', SERVICE)
    .option('--features <references...>', 'features as view:feature')
    .option('--full-names', 'names as view__feature')
    .option('--out <file>', 'write Parquet instead of printing rows')
    .option('--timestamp-column <name>', 'column with the time of each row (event_timestamp)')
    .option('--ignore-created-time', 'also count rows that were written down later than the time of the spine row')
    .addOption(new Option('--accuracy <kind>', 'instead of each view’s own').choices(['temporal', 'snapshot']))
    .action(async (spine: string, options: TrainingSetOptions) =>
      exit(await trainingSetCommand(context(), spine, options)),
    );
}

interface DevFlags {
  readonly now?: string;
  readonly redisUrl?: string;
  readonly inProcess?: boolean;
  readonly logLevel: LogLevel;
}

/** `larder dev` */
export function addDevCommand({ program, context, exit }: CommandSetup): void {
  program
    .command('dev')
    .argument('[path]', 'a file, or a folder with features.ts or larder.yaml', '.')
    .description('run the four services on this machine and apply the definitions whenever they change')
    .option('--now <time>', 'a clock that stands still at this time')
    .option('--redis-url <url>', 'a Redis instead of one started for the purpose')
    .option('--in-process', 'no Redis: values and jobs live in this process')
    .addOption(
      new Option('--log-level <level>', 'of the services').choices(['debug', 'info', 'warn', 'error']).default('warn'),
    )
    .addHelpText(
      'after',
      '\nOther projects are served too: `larder apply --project dev-anna` makes a copy of one’s own; it is materialized on request.',
    )
    .action(async (path: string, options: DevFlags) => {
      const { terminal, project } = context();
      const { devCommand } = await import('../commands/dev-command.js');
      exit(await devCommand(terminal, path, { ...options, ...(project === undefined ? {} : { project }) }));
    });
}
