/** How a bench was asked to run. */
export interface BenchOptions {
  /** Only JSON lines on standard output. */
  readonly json: boolean;
  /** Small sizes: proves that the bench works; its figures say nothing and are not kept. */
  readonly quick: boolean;
  /** Folder for CPU profiles of the product's process. */
  readonly profileDirectory: string | undefined;
}

export const OPTIONS_HELP = `options:
  --json      only one JSON line per metric on standard output
  --quick     small sizes, to see that the bench works; the result is not kept
  --profile   also writes a CPU profile of the product's process to .larder/profiles; the result is not kept`;

/** Error that names what it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const known = ['--json', '--quick', '--profile'];
  const unknown = args.filter((arg) => !known.includes(arg));
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(' ')}\n${OPTIONS_HELP}`);
  return {
    json: args.includes('--json'),
    quick: args.includes('--quick'),
    profileDirectory: args.includes('--profile') ? '.larder/profiles' : undefined,
  };
}
