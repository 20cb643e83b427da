/**
 * The one error class of Larder and its closed list of codes, in gRPC's words.
 *
 * `message` is meant for the caller: it names the field and what was expected. `details` carry what programs read.
 * `cause` is never shown to a caller; it is logged with the request's id.
 */
export const ERROR_CODES = {
  INVALID_ARGUMENT: { http: 400, grpc: 3, retryable: false },
  DEADLINE_EXCEEDED: { http: 504, grpc: 4, retryable: true },
  NOT_FOUND: { http: 404, grpc: 5, retryable: false },
  ALREADY_EXISTS: { http: 409, grpc: 6, retryable: false },
  PERMISSION_DENIED: { http: 403, grpc: 7, retryable: false },
  RESOURCE_EXHAUSTED: { http: 429, grpc: 8, retryable: true },
  FAILED_PRECONDITION: { http: 412, grpc: 9, retryable: false },
  ABORTED: { http: 409, grpc: 10, retryable: true },
  UNIMPLEMENTED: { http: 501, grpc: 12, retryable: false },
  INTERNAL: { http: 500, grpc: 13, retryable: false },
  UNAVAILABLE: { http: 503, grpc: 14, retryable: true },
  UNAUTHENTICATED: { http: 401, grpc: 16, retryable: false },
} as const satisfies Record<string, { http: number; grpc: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing that is wrong in an input: where (a path such as `featureViews.watch_activity.ttl`) and what was expected. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  /** Where it stands, when it came from a file. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

export interface ErrorDetails {
  /** Every problem found in the input, never only the first. */
  readonly problems?: readonly Problem[];
  readonly [key: string]: unknown;
}

/** An error with a stable code; translated to HTTP or gRPC once, at the edge. */
export class LarderError extends Error {
  override readonly name = 'LarderError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Any thrown value as a `LarderError`; what is not one already becomes INTERNAL with its cause kept aside. */
  static from(error: unknown): LarderError {
    if (isLarderError(error)) return error;
    return new LarderError('INTERNAL', 'internal error', {}, { cause: error });
  }

  /** INVALID_ARGUMENT that lists every problem, one per line. */
  static fromProblems(subject: string, problems: readonly Problem[]): LarderError {
    const lines = problems.map((problem) => `  ${problemText(problem)}`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return new LarderError('INVALID_ARGUMENT', `${subject}: ${count}\n${lines.join('\n')}`, { problems });
  }
}

/** True for a `LarderError` of any copy of this library (a bundled definition file carries its own). */
export function isLarderError(error: unknown): error is LarderError {
  return (
    error instanceof Error &&
    error.name === 'LarderError' &&
    'code' in error &&
    Object.hasOwn(ERROR_CODES, String(error.code))
  );
}

/** One problem in one line: `larder.yaml:12 featureViews.v.ttl: not a duration`. */
function problemText(problem: Problem): string {
  const place =
    problem.file === undefined ? '' : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`} `;
  return `${place}${problem.path}: ${problem.message}`;
}
