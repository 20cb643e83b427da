import { Worker } from 'node:worker_threads';
import { definition, LarderError, origin } from '@larder/registry';
import { MARKS, THREAD_SOURCE } from './thread-source.js';

/** What a file of the user may take while it is loaded. */
export interface LoadLimits {
  /** Default 20. */
  readonly seconds?: number;
  /** Of its heap; default 1,024. */
  readonly megabytes?: number;
}

export interface ModuleRun extends LoadLimits {
  /** URL of the module. */
  readonly url: string;
  /** The file's name in messages. */
  readonly file: string;
  /** Where the module's own prints go: stdout belongs to the command. */
  readonly print: (text: string) => void;
}

export type ModuleExports = Readonly<Record<string, unknown>>;

interface ThreadFailure {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack: string;
}

type Answer = { readonly exports: ModuleExports } | { readonly error: ThreadFailure };

/**
 * Imports a module in a thread of its own and returns copies of its exports: a definition file that loops, waits for ever, eats memory
 * or ends the process harms nobody. Definition objects come back as such, with the place where they were made under `origin`, as text.
 * Throws INVALID_ARGUMENT that says what the module did and, where it is known, in which line.
 */
export async function runModule(run: ModuleRun): Promise<ModuleExports> {
  const { seconds = 20, megabytes = 1024 } = run;
  const worker = new Worker(THREAD_SOURCE, {
    eval: true,
    workerData: { url: run.url },
    stdout: true,
    stderr: true,
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (text) => run.print(String(text)));
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const refuse = (what: string): void => reject(new LarderError('INVALID_ARGUMENT', `${run.file} ${what}`));
      timer = setTimeout(() => refuse(tooSlow(seconds)), seconds * 1000);
      worker.once('message', (message: Answer) => resolve(message));
      worker.once('messageerror', () => refuse('exports what cannot be read'));
      worker.once('error', (error: Error & { code?: string }) => refuse(threadError(error, megabytes)));
      worker.once('exit', () => refuse('ends the process, or waits for what never comes, when it is loaded'));
    });
    if ('error' in answer) throw moduleError(run.file, answer.error);
    return restored(answer.exports, new Map()) as ModuleExports;
  } finally {
    clearTimeout(timer);
    worker.removeAllListeners();
    await worker.terminate();
  }
}

function tooSlow(seconds: number): string {
  return `was still running ${seconds} s after it was loaded: a definition file makes objects and returns. Is there a loop without an end, or an await that nothing answers?`;
}

function threadError(error: Error & { code?: string }, megabytes: number): string {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return `needs more than ${megabytes} MB of memory when it is loaded`;
  return `throws when it is loaded: ${error.message}`;
}

function moduleError(file: string, error: ThreadFailure): LarderError {
  const place = placeOf(error.stack);
  if (error.name === 'LarderError' && place !== undefined)
    return LarderError.fromProblems('definitions', [{ path: '(code)', message: error.message, ...place }]);
  const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
  return new LarderError('INVALID_ARGUMENT', `${file} throws when it is loaded: ${error.message}${where}`);
}

/** A place in the user's code. */
export interface CodePlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** The first place of a stack that is in the user's code: no library of node_modules, none of Larder's own, nothing of Node. */
export function placeOf(stack: string): CodePlace | undefined {
  const places = stack.split('\n').flatMap((text) => {
    const match = /^\s*at (?:.* \()?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(text);
    return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]) }];
  });
  const own = places.filter(({ file }) => !file.startsWith('node:') && !/[\\/]definitions-\w+\.mjs$/.test(file));
  return own.find(({ file }) => !/[\\/](node_modules|libs[\\/]registry[\\/]src)[\\/]/.test(file)) ?? own[0];
}

/** The thread's copy with symbols and functions in their places again. */
function restored(value: unknown, seen: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null || isAtom(value)) return value;
  if (MARKS.function in value) return () => undefined;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const copy = (Array.isArray(value) ? [] : {}) as Record<PropertyKey, unknown>;
  seen.set(value, copy);
  for (const [key, each] of Object.entries(value)) {
    if (key === MARKS.definition) copy[definition] = restored(each, seen);
    else if (key === MARKS.origin) Object.defineProperty(copy, origin, { value: each });
    else if (key === '__proto__') Object.defineProperty(copy, key, { value: restored(each, seen), enumerable: true });
    else copy[key] = restored(each, seen);
  }
  return copy;
}

function isAtom(value: object): boolean {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object Date]';
}
