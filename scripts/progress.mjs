// Progress of one long step: a spinner with the elapsed time on a terminal, plain lines elsewhere.

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const PLAIN_LINE_MS = 10_000;

/**
 * Starts showing progress on stderr; call exactly one of the returned functions to end it.
 * @param {string} label what is being done, `installing packages`
 * @param {{ stream?: NodeJS.WriteStream }} [options]
 */
export function startProgress(label, { stream = process.stderr } = {}) {
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  const stop = stream.isTTY ? spin(stream, label, seconds) : writePlainLines(stream, label, seconds);
  /** @param {string} outcome */
  const end = (outcome) => {
    stop();
    stream.write(`${label}: ${outcome} (${seconds()} s)\n`);
  };
  return { done: (outcome = 'done') => end(outcome), fail: (outcome = 'failed') => end(outcome) };
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} label
 * @param {() => number} seconds
 */
function spin(stream, label, seconds) {
  let frame = 0;
  const timer = setInterval(() => {
    stream.write(`\r\u001b[K${FRAMES[frame++ % FRAMES.length]} ${label} ${seconds()} s`);
  }, FRAME_MS);
  return () => {
    clearInterval(timer);
    stream.write('\r\u001b[K');
  };
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} label
 * @param {() => number} seconds
 */
function writePlainLines(stream, label, seconds) {
  stream.write(`${label} …\n`);
  const timer = setInterval(() => stream.write(`${label} … ${seconds()} s\n`), PLAIN_LINE_MS);
  return () => clearInterval(timer);
}
