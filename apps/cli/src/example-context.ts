import type { LocalStack } from './local-stack.js';
import type { StackClient } from './stack-client.js';
import type { Terminal } from './terminal.js';

/** What an example is given to run with. */
export interface ExampleContext {
  readonly stack: LocalStack & StackClient;
  readonly terminal: Terminal;
  /** The example's own folder, where features.ts is. */
  readonly directory: string;
  /** Where generated data goes; the stack's project directory. */
  readonly workDirectory: string;
}
