import type { Cadence, ComputedFeature, FeatureSpec, FieldChange } from '@larder/registry';
import { formatCadence } from '@larder/registry';
import { computedAs, featureText } from './feature-text.js';

/** One line of a difference: what was added, went or changed, below which name. */
export interface FieldLine {
  readonly sign: '+' | '-' | '~';
  /** `ttlSeconds`, `features.watch_count_30d.type` */
  readonly field: string;
  readonly text: string;
}

const MAX_LENGTH = 100;

/** A changed field as lines: named things in it (features, join keys) are compared one by one, the rest as it is. */
export function fieldLines({ field, before, after }: FieldChange): FieldLine[] {
  if (before === undefined || before === null) return [{ sign: '+', field, text: wholeText(field, after) }];
  if (after === undefined || after === null) return [{ sign: '-', field, text: wholeText(field, before) }];
  const inWords = wordsFor(field);
  if (inWords !== undefined) return [{ sign: '~', field, text: `${inWords(before)} → ${inWords(after)}` }];
  const [old, next] = [parts(before), parts(after)];
  if (old === undefined || next === undefined)
    return [{ sign: '~', field, text: `${shortJson(before)} → ${shortJson(after)}` }];
  const lines = [...new Set([...old.keys(), ...next.keys()])].flatMap((name) =>
    JSON.stringify(old.get(name)) === JSON.stringify(next.get(name))
      ? []
      : fieldLines({ field: `${field}.${name}`, before: old.get(name), after: next.get(name) }),
  );
  return lines.length > 0 ? lines : [{ sign: '~', field, text: 'in another order' }];
}

/** Something that came or went as a whole. */
function wholeText(field: string, value: unknown): string {
  return /^features\.[^.]+$/.test(field) && typeof value === 'object'
    ? featureText(value as FeatureSpec)
    : shortJson(value);
}

/** Fields that are said in words rather than part by part. */
function wordsFor(field: string): ((value: unknown) => string) | undefined {
  if (field === 'cadence') return (value) => formatCadence(value as Cadence);
  if (/^features\.[^.]+\.compute$/.test(field)) return (value) => computedAs({ compute: value as ComputedFeature });
  return undefined;
}

/** What a value is made of, by name; undefined for what is compared as a whole. */
function parts(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = value.map((each: unknown): [string | undefined, unknown] => [nameOf(each), each]);
  const names = new Set(named.map(([name]) => name));
  if (value.length === 0 || names.has(undefined) || names.size < value.length) return undefined;
  return new Map(named as [string, unknown][]);
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('name' in value) return String(value.name);
  return 'alias' in value ? String(value.alias) : undefined;
}

/** A value in one short line; text without quotes. */
export function shortJson(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '(none)');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}
