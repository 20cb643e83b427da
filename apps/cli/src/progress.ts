import type { Terminal } from './terminal.js';
import { styled } from './terminal.js';

/** Shown while something takes longer than a moment. */
export interface Progress {
  /** Replaces the text behind the title. */
  update(text: string): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
/** A pipe gets a line only for what takes longer than this. */
const PIPED_AFTER_MS = 2000;

/**
 * Runs a step with a spinner (terminal) or a line every few seconds (pipe) on stderr, and a closing line with the time on stdout.
 * Silent on stdout in JSON mode.
 */
export async function withProgress<T>(
  terminal: Terminal,
  title: string,
  step: (progress: Progress) => Promise<T>,
  summary?: (result: T) => string,
): Promise<T> {
  const startedMs = performance.now();
  let text = '';
  const animation = animate(terminal, () => `${title}${text === '' ? '' : ` ${text}`}`, startedMs);
  try {
    const result = await step({ update: (next) => (text = next) });
    animation.end();
    if (!terminal.json)
      terminal.stdout.write(
        `${styled(terminal.stdout, 'green', '✓')} ${title}${summary === undefined ? '' : `: ${summary(result)}`} ${styled(terminal.stdout, 'dim', `(${secondsText(startedMs)})`)}\n`,
      );
    return result;
  } catch (error) {
    animation.end();
    if (!terminal.json)
      terminal.stdout.write(
        `${styled(terminal.stdout, 'red', '✗')} ${title} ${styled(terminal.stdout, 'dim', `(${secondsText(startedMs)})`)}\n`,
      );
    throw error;
  }
}

function animate(terminal: Terminal, text: () => string, startedMs: number): { end(): void } {
  const { stderr } = terminal;
  if (stderr.isTTY !== true) {
    const timer = setInterval(() => stderr.write(`… ${text()} (${secondsText(startedMs)})\n`), PIPED_AFTER_MS);
    return { end: () => clearInterval(timer) };
  }
  let frame = 0;
  const timer = setInterval(
    () => stderr.write(`\r\u001b[K${FRAMES[frame++ % FRAMES.length]} ${text()} ${secondsText(startedMs)}`),
    FRAME_MS,
  );
  return {
    end: () => {
      clearInterval(timer);
      stderr.write('\r\u001b[K');
    },
  };
}

/** Seconds since `startedMs` for people: `0.4 s`. */
export function secondsText(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
