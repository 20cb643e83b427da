/** Where commands print: tables and progress for people, one JSON document for programs. */
export interface Terminal {
  /** True: stdout carries one JSON document and nothing else. */
  readonly json: boolean;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof CODES;

/** Text in a style; plain when the stream is no terminal or NO_COLOR is set by whoever made the terminal. */
export function styled(stream: TerminalStream, style: Style, text: string): string {
  return stream.isTTY === true ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

/** Prints the value as one JSON document in JSON mode, else what `people` makes of it. */
export function present<T>(terminal: Terminal, value: T, people: (value: T) => string): void {
  const text = terminal.json ? JSON.stringify(value, bigintsAsNumbers, 2) : people(value).trimEnd();
  if (text !== '') terminal.stdout.write(`${text}\n`);
}

/** A line for people; silent in JSON mode. */
export function say(terminal: Terminal, line: string): void {
  if (!terminal.json) terminal.stdout.write(`${line}\n`);
}

function bigintsAsNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value.toString();
}
