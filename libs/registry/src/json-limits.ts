import type { Problem } from './larder-error.js';

const MAX_DEPTH = 64;

/** Why a JSON value cannot be a document: nesting that would exhaust the stack, or a key that objects treat as their prototype. */
export function problemWithJson(document: unknown): Problem | undefined {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: document, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return { path: '(document)', message: `is nested deeper than ${MAX_DEPTH} levels` };
    for (const [key, child] of Object.entries(value)) {
      if (key === '__proto__') return { path: path || '(document)', message: '__proto__ cannot be a key' };
      open.push({ value: child, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
  return undefined;
}
