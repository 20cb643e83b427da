import { Option } from 'commander';
import type { GenerateOptions } from '../commands/generate-command.js';
import { generateCommand } from '../commands/generate-command.js';
import { LANGUAGES } from '../generate/generated-code.js';
import type { CommandSetup } from './command-setup.js';

/** Commands for the code around definitions: what reads them, what tests them. */
export function addCodeCommands({ program, context, exit }: CommandSetup): void {
  program
    .command('generate')
    .description('typed code for readers of the registered feature services')
    .addOption(new Option('--lang <language>', 'what to make').choices(LANGUAGES).makeOptionMandatory())
    .option('--service <name>', 'one feature service; all when absent')
    .option('--from <path>', 'from definitions instead of the registry')
    .option('--out <file>', 'write to a file instead of printing')
    .option('--check', 'write nothing; exit code 1 when the file of --out is not what would be written')
    .action(async (options: GenerateOptions) => exit(await generateCommand(context(), options)));
  program
    .command('test')
    .argument('[path]', 'a folder with definitions and tests beside them, or one test file', '.')
    .description('check features against expected values: *.features.test.ts and larder.test.yaml')
    .action(async (path: string) => {
      const { testCommand } = await import('../commands/test-command.js');
      exit(await testCommand(context(), path));
    });
}
