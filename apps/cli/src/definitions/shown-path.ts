import { isAbsolute, relative } from 'node:path';

/** A file as people want it in messages: relative to where they are when it lies below, else as it is. */
export function shownPath(file: string, from: string = process.cwd()): string {
  const path = relative(from, file);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? file : path;
}
