/** One measured run of a side; a sample per metric name. */
export type Samples = Readonly<Record<string, number>>;

export interface AlternateOptions {
  readonly sides: Readonly<Record<string, () => Promise<Samples>>>;
  /** Runs of every side that are thrown away. */
  readonly warmUps: number;
  readonly repeats: number;
  readonly onProgress: (message: string) => void;
}

/**
 * Runs all sides in turn, again and again: A B, B A, A B … so that a machine that grows slower or faster treats them alike.
 * Returns the samples of each side and metric in the order of the repeats.
 */
export async function alternate<Side extends string>(
  options: AlternateOptions & { readonly sides: Readonly<Record<Side, () => Promise<Samples>>> },
): Promise<Record<Side, Record<string, number[]>>> {
  const { sides, warmUps, repeats, onProgress } = options;
  const names = Object.keys(sides) as Side[];
  const collected = Object.fromEntries(names.map((name) => [name, {}])) as Record<Side, Record<string, number[]>>;
  for (let round = -warmUps; round < repeats; round++) {
    onProgress(round < 0 ? `warm-up ${round + warmUps + 1} of ${warmUps}` : `repeat ${round + 1} of ${repeats}`);
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const samples = await sides[name]();
      if (round >= 0) addSamples(collected[name], samples);
    }
  }
  return collected;
}

function addSamples(collected: Record<string, number[]>, samples: Samples): void {
  for (const [metric, sample] of Object.entries(samples)) (collected[metric] ??= []).push(sample);
}
