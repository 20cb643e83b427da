import { shownName } from './nearest.js';

const NAME = /^[a-z]([a-z0-9_]*[a-z0-9])?$/;
const PROJECT = /^[a-z][a-z0-9_-]*$/;
const MAX_LENGTH = 63;

/** The column of a training set that holds each row's time. */
const TIME_COLUMN = 'event_timestamp';

/** What stands beside the join keys in the JSON of a request or an answer for one entity. */
const RESERVED_JOIN_KEYS: ReadonlySet<string> = new Set([
  TIME_COLUMN,
  'entities',
  'event_times',
  'feature_service',
  'features',
  'full_feature_names',
  'max_age',
  'statuses',
]);

/** What is wrong with the name of an object, feature, join key or role, or undefined. */
export function problemWithName(name: string): string | undefined {
  const shown = JSON.stringify(shownName(name));
  if (name.length > MAX_LENGTH || !NAME.test(name)) {
    return `${shown} is not a name: lower case letters, digits and _ between them, starting with a letter, at most ${MAX_LENGTH}`;
  }
  return name.includes('__') ? `${shown} contains "__", which separates view and feature in full names` : undefined;
}

export function problemWithFeatureName(name: string): string | undefined {
  return problemWithName(name) ?? (name === TIME_COLUMN ? reserved(name) : undefined);
}

/** For a view's join key and for what an alias maps it to. */
export function problemWithJoinKeyName(name: string): string | undefined {
  return problemWithName(name) ?? (RESERVED_JOIN_KEYS.has(name) ? reserved(name) : undefined);
}

export function problemWithProjectName(name: string): string | undefined {
  if (name.length <= MAX_LENGTH && PROJECT.test(name)) return undefined;
  return `${JSON.stringify(shownName(name))} is not a project name: lower case letters, digits, - and _, starting with a letter, at most ${MAX_LENGTH}`;
}

function reserved(name: string): string {
  return `${name} is reserved: it stands beside features and join keys in requests and results; choose another name`;
}

/** Names that occur more than once, each once. */
export function duplicates(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.size === seen.add(name).size))];
}

/** Pairs of different names that only underscores tell apart (`top_10`, `top10`): generated clients and readers would confuse them. */
export function lookalikes(names: readonly string[]): [string, string][] {
  const seen = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const name of names) {
    const spelling = name.replaceAll('_', '');
    const other = seen.get(spelling);
    if (other === undefined) seen.set(spelling, name);
    else if (other !== name) pairs.push([other, name]);
  }
  return pairs;
}
