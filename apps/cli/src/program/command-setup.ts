import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.js';

/** What a group of commands is added to and acts through. */
export interface CommandSetup {
  readonly program: Command;
  /** The context of this invocation; call it in an action, not before. */
  readonly context: () => CliContext;
  readonly exit: (code: number) => void;
}

/** A version or another count: a whole number of 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** An option that may be given several times. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
