import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Problem } from '@larder/registry';
import { definition, isDefinitionObject, origin } from '@larder/registry';
import type { CodePlace } from './run-module.js';
import { placeOf } from './run-module.js';
import { shownPath } from './shown-path.js';

const SECTIONS: Readonly<Record<string, string>> = {
  entity: 'entities',
  parquet: 'sources',
  sql: 'sources',
  push: 'sources',
  featureView: 'featureViews',
  featureService: 'featureServices',
};

/** The same problem with its file and line, where they can be told. */
export type Locate = (problem: Problem) => Problem;

/**
 * Tells where in TypeScript code the thing at a problem's path was made: the definition object from the place it noted, what is inside it
 * (a feature, an option) from its name in the text below.
 */
export function createCodeLocator(objects: readonly unknown[]): Locate {
  const places = new Map<string, CodePlace>();
  for (const [index, object] of objects.entries()) {
    const place = placeOfInput(inputOf(object));
    if (place !== undefined) places.set(`objects.${index}`, place);
  }
  notePlaces(objects, places);
  const texts = new SourceTexts([...places.values()]);
  return (problem) => {
    if (problem.file !== undefined) return problem;
    const [prefix, place] = longestMatch(places, problem.path);
    if (place === undefined) return problem;
    const inside = problem.path.slice(prefix.length + 1).split('.');
    return { ...problem, file: shownPath(place.file), line: texts.lineOf(place, inside) };
  };
}

function longestMatch(places: ReadonlyMap<string, CodePlace>, path: string): readonly [string, CodePlace | undefined] {
  for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const place = places.get(prefix);
    if (place !== undefined) return [prefix, place];
  }
  return ['', undefined];
}

/** Every definition that the objects reach, listed or not. */
function notePlaces(objects: readonly unknown[], places: Map<string, CodePlace>): void {
  const seen = new Set<object>();
  const open: unknown[] = [...objects];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (definition in next) open.push(next[definition]);
    const path = pathOf(next);
    const place = path === undefined || places.has(path) ? undefined : placeOfInput(next);
    if (path !== undefined && place !== undefined) places.set(path, place);
    open.push(...Object.values<unknown>({ ...next }));
  }
}

function inputOf(object: unknown): unknown {
  return isDefinitionObject(object) ? object[definition] : undefined;
}

function pathOf(input: object): string | undefined {
  if (!('kind' in input) || !('name' in input)) return undefined;
  const section = SECTIONS[String(input.kind)];
  return section === undefined ? undefined : `${section}.${String(input.name)}`;
}

function placeOfInput(input: unknown): CodePlace | undefined {
  if (typeof input !== 'object' || input === null || !(origin in input)) return undefined;
  const place = placeOf(String(input[origin]));
  if (place === undefined) return undefined;
  return place.file.startsWith('file:') ? { ...place, file: fileURLToPath(place.file) } : place;
}

/** Looks for names in source files, each read once, and only when a problem asks. */
class SourceTexts {
  private readonly lines = new Map<string, readonly string[]>();

  constructor(private readonly places: readonly CodePlace[]) {}

  /** The line at which the innermost of `names` is found that can be, else where the object begins. */
  lineOf(place: CodePlace, names: readonly string[]): number {
    const lines = this.linesOf(place.file);
    const end = this.endOf(place, lines.length);
    let line = place.line;
    for (const name of names) {
      if (name === '' || /^\d+$/.test(name)) continue;
      const pattern = new RegExp(`(^|[^\\w$.])['"]?${name.replace(/[^\w]/g, '\\$&')}['"]?\\s*[:,}]`);
      const found = lines.findIndex((text, index) => index >= line - 1 && index < end && pattern.test(text));
      if (found >= 0) line = found + 1;
    }
    return line;
  }

  /** Where the file's next definition begins. */
  private endOf({ file, line }: CodePlace, last: number): number {
    const next = this.places.filter((each) => each.file === file && each.line > line).map((each) => each.line - 1);
    return next.reduce((least, each) => Math.min(least, each), last);
  }

  private linesOf(file: string): readonly string[] {
    const known = this.lines.get(file);
    if (known !== undefined) return known;
    let lines: readonly string[] = [];
    try {
      lines = readFileSync(file, 'utf8').split('\n');
    } catch {
      // The file has gone since it was bundled; the object's own line stands.
    }
    this.lines.set(file, lines);
    return lines;
  }
}
