/**
 * The program of the thread that runs a definition file, as text: plain JavaScript that needs nothing of this bundle. It imports the
 * file and posts its exports in a form that can be posted: symbols as keys and functions have marks in their place, and each object
 * that says where it was made says it as text. What cannot be read becomes an error, never a hang of the parent.
 */
export const MARKS = {
  definition: '\u0000definition',
  origin: '\u0000origin',
  function: '\u0000function',
} as const;

export const THREAD_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const marks = ${JSON.stringify(MARKS)};
const definition = Symbol.for('larder.definition');
const origin = Symbol.for('larder.origin');
process.setSourceMapsEnabled(true);

const seen = new Map();
function plain(value) {
  if (typeof value === 'function') return { [marks.function]: value.name };
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Uint8Array) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const copy = Array.isArray(value) ? [] : {};
  seen.set(value, copy);
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = plain(value[key]);
    else Object.defineProperty(copy, key, { value: plain(value[key]), enumerable: true });
  }
  if (definition in value) copy[marks.definition] = plain(value[definition]);
  if (Object.hasOwn(value, origin)) copy[marks.origin] = String(value[origin].stack);
  return copy;
}

function failure(error) {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return {
    name: isError ? String(error.name) : 'Error',
    code: isError && 'code' in error ? String(error.code) : undefined,
    message: isError ? String(error.message) : String(error),
    stack: isError ? String(error.stack) : '',
  };
}

import(workerData.url).then(
  (exports) => plain({ ...exports }),
).then(
  (exports) => parentPort.postMessage({ exports }),
  (error) => parentPort.postMessage({ error: failure(error) }),
);
`;
