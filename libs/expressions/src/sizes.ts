import type { Frame } from './frame.js';
import { compareBytes } from './texts.js';
import type { Value } from './types.js';

const UNITS_PER_STEP = 100;

/** The steps that a value's size costs: one per 100 characters or bytes, one per element of a list. */
export function sizeSteps(value: Value): number {
  if (typeof value === 'string') return Math.trunc(value.length / UNITS_PER_STEP);
  if (value === null || typeof value !== 'object') return 0;
  return value instanceof Uint8Array ? Math.trunc(value.length / UNITS_PER_STEP) : value.length;
}

const COMPARISONS_PER_STEP = 10_000;

/**
 * The steps of looking for one text in another. The engine's search compares each character with each at worst: 1.8 s for
 * 50,000 in 100,000 (2026-11).
 */
export function searchSteps(text: Value | undefined, part: Value | undefined): number {
  if (typeof text !== 'string' || typeof part !== 'string') return 0;
  return Math.trunc((text.length * part.length) / COMPARISONS_PER_STEP);
}

/** Equality of two values of one type. NaN equals nothing; null equals null alone. Costs the steps of the smaller value. */
export function areEqual(a: Value, b: Value, frame: Frame): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) frame.spend(sizeSteps(a));
    return a === b;
  }
  if (a.length !== b.length) return false;
  frame.spend(sizeSteps(a));
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && compareBytes(a, b) === 0;
  }
  for (let index = 0; index < a.length; index++) {
    if (!areEqual(a[index] ?? null, b[index] ?? null, frame)) return false;
  }
  return true;
}
