/** One measured load: `calls` times the same request over `connections` with `inFlight` calls open in all. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly request: Buffer;
  /** What every answer has to be. */
  readonly expected: Buffer;
  readonly calls: number;
  readonly connections: number;
  readonly inFlight: number;
}

export interface LoadGenerator {
  /** For people: which program sends. */
  readonly describe: string;
  /** How it looks at answers. */
  readonly checks: string;
  /** Seconds from the first to the last call. Error when an answer is missing or wrong. */
  run(load: Load): Promise<{ readonly seconds: number }>;
}
