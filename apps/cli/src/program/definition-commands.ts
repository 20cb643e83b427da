import type { ApplyOptions, PlanOptions } from '../commands/definitions-commands.js';
import { applyCommand, diffCommand, planCommand, rollbackCommand } from '../commands/definitions-commands.js';
import { describeCommand } from '../commands/describe-command.js';
import type { HistoryOptions } from '../commands/history-commands.js';
import { historyCommand } from '../commands/history-commands.js';
import { listCommand } from '../commands/list-command.js';
import type { SearchOptions } from '../commands/search-commands.js';
import { consumersCommand, lineageCommand, projectsCommand, searchCommand } from '../commands/search-commands.js';
import type { CommandSetup } from './command-setup.js';
import { collected, wholeNumber } from './command-setup.js';

const PRUNE = 'retire what is registered and left the code; without it, it stays (other code may hold it)';
const SKIP = 'do not look at the data; the history records it';

/** Commands that change what is registered, or show how it changed. */
export function addDefinitionCommands({ program, context, exit }: CommandSetup): void {
  program
    .command('plan')
    .argument('[path]', 'a file, or a folder with features.ts or larder.yaml', '.')
    .description('show what applying the definitions would change, and what that takes')
    .option('--prune', PRUNE)
    .option('--skip-source-checks', 'do not look at the data')
    .addHelpText('after', '\nExit codes: 0 nothing to change, 2 there is, 1 apply would refuse.')
    .action(async (path: string, options: PlanOptions) => exit(await planCommand(context(), path, options)));
  program
    .command('apply')
    .argument('[path]', 'a file, or a folder with features.ts or larder.yaml', '.')
    .description('register the definitions as the next version')
    .option('--prune', PRUNE)
    .option('--skip-source-checks', SKIP)
    .option('--expected-version <n>', 'refuse when the registry is at another version', wholeNumber)
    .option('--author <name>', "who applies; git's user name, else $USER")
    .action(async (path: string, options: ApplyOptions) => exit(await applyCommand(context(), path, options)));
  program
    .command('rollback')
    .argument('<version>', 'an older version, see `larder history`', wholeNumber)
    .description('make the definitions of an older version current again, as a new version')
    .option('--expected-version <n>', 'refuse when the registry is at another version', wholeNumber)
    .option('--author <name>', "who rolls back; git's user name, else $USER")
    .action(async (version: number, options: ApplyOptions) => exit(await rollbackCommand(context(), version, options)));
  program
    .command('diff')
    .argument('<from>', 'a version', wholeNumber)
    .argument('[to]', 'another one; the current one when absent', wholeNumber)
    .description('what changed from one version to another')
    .action(async (from: number, to: number | undefined) => exit(await diffCommand(context(), from, to)));
  program
    .command('history')
    .description('versions of the project: who, when, which commit, what changed')
    .option('--limit <n>', 'most versions', wholeNumber)
    .action(async (options: HistoryOptions) => exit(await historyCommand(context(), options)));
}

/** Commands that find out what there is. */
export function addDiscoveryCommands({ program, context, exit }: CommandSetup): void {
  program
    .command('search')
    .argument('[words...]', 'words in a name, description, owner or tag; all of them')
    .description('find features, views, services, sources and entities')
    .option('--owner <name>', 'owned by')
    .option('--tag <key=value>', 'with this tag (or `key`, for any value); may be given several times', collected)
    .option('--entity <name>', 'that describe this entity')
    .option('--type <type>', 'features of this value type, such as int64')
    .option('--deprecated', 'only what is deprecated')
    .option('--limit <n>', 'most hits', wholeNumber)
    .action(async (words: string[], options: SearchOptions) => exit(await searchCommand(context(), words, options)));
  program
    .command('lineage')
    .argument('<name>', 'an entity, source, view, service, consumer, or a feature as view:feature')
    .description('what a thing comes from and what depends on it')
    .action(async (name: string) => exit(await lineageCommand(context(), name)));
  program
    .command('list')
    .description('every registered feature: entity, type, source, cadence, freshness')
    .action(async () => exit(await listCommand(context())));
  program
    .command('describe')
    .argument('<name>', 'a feature view, feature service, entity or source')
    .description('one thing in full: its fields, freshness, last run, deprecation')
    .action(async (name: string) => exit(await describeCommand(context(), name)));
  program
    .command('consumers')
    .description('applications that were seen reading, and what')
    .action(async () => exit(await consumersCommand(context())));
  program
    .command('projects')
    .description('the projects of the registry')
    .action(async () => exit(await projectsCommand(context())));
}
