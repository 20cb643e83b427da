import { formatInstant, isLarderError, parseInstant } from '@larder/registry';
import { EvaluationError } from './evaluation-error.js';
import { int64 } from './integers.js';
import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';
import { checkedTime, floorDivide, formatDuration, MICROS, parseDuration } from './times.js';

const sized = { isSized: true };

function conversion(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'function', name, about, overloads };
}

function intOfDouble(value: number): bigint {
  if (Number.isNaN(value)) throw new EvaluationError('conversion', 'int(double)');
  // -2^63 itself fails too: CEL's range is open on both sides.
  if (Math.abs(value) >= 2 ** 63) throw new EvaluationError('overflow', 'int(double)');
  return BigInt(Math.trunc(value));
}

function intOfText(text: string): bigint {
  if (!/^[+-]?\d{1,40}$/.test(text)) throw new EvaluationError('conversion', 'int(string)');
  return int64(BigInt(text.replace('+', '')), 'int(string)');
}

function doubleOfText(text: string): number {
  if (!/^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|[+-]?Infinity)$/.test(text)) {
    throw new EvaluationError('conversion', 'double(string)');
  }
  return Number(text);
}

function boolOfText(text: string): boolean {
  if (/^(true|True|TRUE|t|1)$/.test(text)) return true;
  if (/^(false|False|FALSE|f|0)$/.test(text)) return false;
  throw new EvaluationError('conversion', 'bool(string)');
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EvaluationError('conversion', 'string(bytes)');
  }
}

function timeOfText(text: string, operation: string): bigint {
  try {
    return parseInstant(text);
  } catch (error) {
    if (isLarderError(error)) throw new EvaluationError('conversion', operation);
    throw error;
  }
}

function dateOfText(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new EvaluationError('conversion', 'date(string)');
  timeOfText(text, 'date(string)');
  return text;
}

export const CONVERSIONS: readonly FunctionSpec[] = [
  conversion('int', 'A double cut towards zero, digits, whole seconds since 1970, or whole seconds of a duration.', [
    overload(['int'], 'int', (a) => a),
    overload(['double'], 'int', intOfDouble),
    overload(['string'], 'int', intOfText, sized),
    overload(['timestamp'], 'int', (a) => floorDivide(a, MICROS)),
    overload(['duration'], 'int', (a) => a / MICROS),
  ]),
  conversion('double', 'The nearest double; of a duration its seconds with their fraction.', [
    overload(['double'], 'double', (a) => a),
    overload(['int'], 'double', Number),
    overload(['string'], 'double', doubleOfText, sized),
    overload(['duration'], 'double', (a) => Number(a) / 1e6),
  ]),
  conversion(
    'string',
    'Its text; of bytes their UTF-8, of times ISO 8601 in UTC, of a duration its seconds (`5400s`).',
    [
      overload(['string'], 'string', (a) => a),
      overload(['bool'], 'string', String),
      overload(['int'], 'string', String),
      overload(['double'], 'string', String),
      overload(['bytes'], 'string', textOfBytes, sized),
      overload(['timestamp'], 'string', formatInstant),
      overload(['duration'], 'string', formatDuration),
      overload(['date'], 'string', (a) => a),
    ],
  ),
  conversion('bool', '`true`, `True`, `TRUE`, `t`, `1` and their opposites.', [
    overload(['bool'], 'bool', (a) => a),
    overload(['string'], 'bool', boolOfText),
  ]),
  conversion('bytes', 'The UTF-8 of text.', [
    overload(['bytes'], 'bytes', (a) => a),
    overload(['string'], 'bytes', (a) => new TextEncoder().encode(a), sized),
  ]),
  conversion('timestamp', 'ISO 8601 (without a zone UTC), seconds since 1970, or the midnight that begins a date.', [
    overload(['timestamp'], 'timestamp', (a) => a),
    overload(['string'], 'timestamp', (a) => timeOfText(a, 'timestamp(string)'), sized),
    overload(['int'], 'timestamp', (a) => checkedTime(a * MICROS, 'timestamp(int)')),
    overload(['date'], 'timestamp', (a) => timeOfText(a, 'timestamp(date)')),
  ]),
  conversion('date', '`YYYY-MM-DD`, or the day of a timestamp in UTC.', [
    overload(['date'], 'date', (a) => a),
    overload(['string'], 'date', dateOfText),
    overload(['timestamp'], 'date', (a) => formatInstant(a).slice(0, 10)),
  ]),
  conversion('duration', 'Hours, minutes, seconds and their parts: `1h30m`, `-1.5s`, `250ms`.', [
    overload(['duration'], 'duration', (a) => a),
    overload(['string'], 'duration', parseDuration),
  ]),
];
