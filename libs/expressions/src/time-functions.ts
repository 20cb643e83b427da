import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';
import { dayOfYear, MICROS, utcDate } from './times.js';

function method(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'method', name, about, overloads };
}

function ofTime(part: (date: Date) => number): Overload {
  return overload(['timestamp'], 'int', (time) => BigInt(part(utcDate(time))));
}

function ofDay(part: (date: Date) => number): readonly Overload[] {
  return [ofTime(part), overload(['date'], 'int', (day) => BigInt(part(new Date(`${day}T00:00:00Z`))))];
}

function ofDuration(micros: bigint): Overload {
  return overload(['duration'], 'int', (duration) => duration / micros);
}

/** Parts of times, in UTC; numbering is CEL's: months and days of month and year from 0, `getDate` from 1. */
export const TIME_FUNCTIONS: readonly FunctionSpec[] = [
  method(
    'getFullYear',
    'The year.',
    ofDay((date) => date.getUTCFullYear()),
  ),
  method(
    'getMonth',
    'The month, January is 0.',
    ofDay((date) => date.getUTCMonth()),
  ),
  method(
    'getDate',
    'The day of the month, from 1.',
    ofDay((date) => date.getUTCDate()),
  ),
  method(
    'getDayOfMonth',
    'The day of the month, from 0.',
    ofDay((date) => date.getUTCDate() - 1),
  ),
  method('getDayOfYear', 'The day of the year, from 0.', ofDay(dayOfYear)),
  method(
    'getDayOfWeek',
    'The day of the week, Sunday is 0.',
    ofDay((date) => date.getUTCDay()),
  ),
  method('getHours', 'The hour; of a duration all its whole hours.', [
    ofTime((date) => date.getUTCHours()),
    ofDuration(3600n * MICROS),
  ]),
  method('getMinutes', 'The minute; of a duration all its whole minutes.', [
    ofTime((date) => date.getUTCMinutes()),
    ofDuration(60n * MICROS),
  ]),
  method('getSeconds', 'The second; of a duration all its whole seconds.', [
    ofTime((date) => date.getUTCSeconds()),
    ofDuration(MICROS),
  ]),
  method('getMilliseconds', 'The milliseconds within the second.', [
    ofTime((date) => date.getUTCMilliseconds()),
    overload(['duration'], 'int', (duration) => (duration % MICROS) / 1000n),
  ]),
];
