import type { HistoryColumn } from './history.js';
import { name } from './sql-text.js';

/**
 * Variance from sums that are added without rounding, so that neither the order of the rows nor the way in which a window is
 * computed shows in the result, and so that values far from zero lose nothing.
 *
 * A value is cut into whole numbers, its limbs: a narrow integer is one; a wide integer two of 32 bits; a float three of 44 bits, in
 * units of 2^-72, what is smaller cut off. n, the sums of the limbs and of their products are counted in 128 bits. From these the
 * sum of (x - q)² follows exactly, q being the mean rounded to a unit, digit by digit; the only roundings are the last divisions.
 *
 * Floats from 2^62 in size, NaN and the infinities are "wild": the variance of a window with one of them is NaN.
 */
export interface Spread {
  /** Name of the values' column; prefix of the limbs' columns. */
  readonly argument: string;
  readonly limbs: number;
  /** Bits of every limb but the first. */
  readonly bits: number;
  /** One over the unit is 2 to this. */
  readonly fraction: number;
}

/** The way in which values of a kind are cut. */
export function spreadOf(argument: string, kind: 'narrow' | 'integer' | 'float'): Spread {
  if (kind === 'narrow') return { argument, limbs: 1, bits: 0, fraction: 0 };
  if (kind === 'integer') return { argument, limbs: 2, bits: 32, fraction: 0 };
  return { argument, limbs: 3, bits: 44, fraction: 72 };
}

const TWO_16 = '65536.0::DOUBLE';
const TWO_28 = '268435456.0::DOUBLE';
const TWO_62 = '4611686018427387904.0::DOUBLE';
const TWO_72 = '4722366482869645213696.0::DOUBLE';

/** The columns of the limbs, from an expression of type BIGINT or DOUBLE. A column may refer to those before it. */
export function limbColumns(spread: Spread, expression: string): HistoryColumn[] {
  const [a, b, c] = [0, 1, 2].map((index) => limbName(spread, index));
  if (a === undefined || b === undefined || c === undefined || spread.limbs === 1)
    return [{ expression, as: limbName(spread, 0) }];
  if (spread.limbs === 2)
    return [
      { expression: `(${expression}) >> 32`, as: a },
      { expression: `(${expression}) & 4294967295`, as: b },
    ];
  const isTame = `abs(${expression}) < ${TWO_62}`;
  const tame = (value: string): string => `CASE WHEN ${isTame} THEN CAST(trunc(${value}) AS BIGINT) END`;
  const afterA = `(${expression} - ${name(a)} * ${TWO_16})`;
  return [
    { expression: tame(`${expression} / ${TWO_16}`), as: a },
    { expression: tame(`${afterA} * ${TWO_28}`), as: b },
    { expression: tame(`(${afterA} - ${name(b)} / ${TWO_28}) * ${TWO_72}`), as: c },
    { expression: `CASE WHEN NOT ${isTame} THEN 1 END`, as: wildName(spread) },
  ];
}

/** The sums that a variance is computed from: what a value adds to each, null for nothing. */
export function spreadAddends(spread: Spread): [sum: string, addend: string][] {
  const limb = (index: number): string => name(limbName(spread, index));
  const product = (i: number, j: number): string =>
    spread.limbs === 1 ? `${limb(i)} * ${limb(j)}` : `CAST(${limb(i)} AS HUGEINT) * ${limb(j)}`;
  return [
    ['n', `CASE WHEN ${limb(0)} IS NOT NULL THEN 1 END`],
    ...limbsOf(spread).map((i): [string, string] => [`s${i}`, limb(i)]),
    ...pairsOf(spread).map(([i, j]): [string, string] => [`s${i}${j}`, product(i, j)]),
    ...(spread.fraction === 0 ? [] : [['wild', name(wildName(spread))] as [string, string]]),
  ];
}

/**
 * Columns that lead from the sums to the variance, level by level: each needs only columns of earlier levels. `column` names the
 * column of a sum or of a step. The last is `value`: the variance, null below two values.
 */
export function spreadSteps(spread: Spread, column: (part: string) => string): HistoryColumn[][] {
  const { bits } = spread;
  const c = (part: string): string => name(column(part));
  const n = c('t_n');
  const totals = spreadAddends(spread).map(([sum]): Step => [`t_${sum}`, `CAST(coalesce(${c(sum)}, 0) AS HUGEINT)`]);
  const means = limbsOf(spread).map((i): Step[] => {
    const rest = i === 0 ? '' : `${c(`r${i - 1}`)} * ${2 ** bits} + `;
    const sum = `(${rest}${c(`t_s${i}`)})`;
    return [
      [`q${i}`, `${sum} // ${n}`],
      [`r${i}`, `${sum} % ${n}`],
    ];
  });
  const off = `abs(${c(`r${spread.limbs - 1}`)})`;
  const digits = centredDigits(spread, c).map((digit, place): Step[] => {
    const carried = place === 0 ? ` - ${off}` : ` + (${c(`d${place - 1}`)} >> ${bits})`;
    return [[`d${place}`, digit + carried]];
  });
  const value: Step = ['value', valueOf(spread, { c, off, last: digits.length - 1 })];
  return [totals, ...means, ...digits, [value]].map((level) =>
    level.map(([part, expression]) => ({ expression, as: column(part) })),
  );
}

type Step = [part: string, expression: string];

function valueOf(
  { bits, fraction }: Spread,
  { c, off, last }: { readonly c: (part: string) => string; readonly off: string; readonly last: number },
): string {
  const n = c('t_n');
  const digit = (place: number): string =>
    `CAST(${c(`d${place}`)}${place === last ? '' : ` & ${2 ** bits - 1}`} AS DOUBLE)`;
  let total = digit(0);
  for (let place = 1; place <= last; place++) total = `(${digit(place)} + ${total} / ${powerOfTwo(bits)})`;
  const squares = `${total} * ${powerOfTwo(bits * last - 2 * fraction)}`;
  const rounding = `CAST(${off} * (${n} - ${off}) AS DOUBLE) / CAST(${n} AS DOUBLE) * ${powerOfTwo(-2 * fraction)}`;
  const variance = `(${squares} + ${rounding}) / CAST(${n} - 1 AS DOUBLE)`;
  const wild = fraction === 0 ? '' : ` WHEN ${c('t_wild')} > 0 AND ${n} + ${c('t_wild')} > 1 THEN 'NaN'::DOUBLE`;
  return `CASE${wild} WHEN ${n} > 1 THEN ${variance} END`;
}

/** The sum of (x - q)² by powers of the limbs' base, lowest first: Σ (a - p)(b - q) = Σ ab - p Σb - q Σa + n p q. */
function centredDigits(spread: Spread, c: (part: string) => string): string[] {
  const digits: string[][] = Array.from({ length: 2 * spread.limbs - 1 }, () => []);
  for (const [i, j] of pairsOf(spread)) {
    const [p, q] = [c(`q${i}`), c(`q${j}`)];
    const centred = `(${c(`t_s${i}${j}`)} - ${p} * ${c(`t_s${j}`)} - ${q} * ${c(`t_s${i}`)} + ${c('t_n')} * ${p} * ${q})`;
    digits[2 * (spread.limbs - 1) - i - j]?.push(i === j ? centred : `2 * ${centred}`);
  }
  return digits.map((terms) => terms.join(' + '));
}

function limbsOf({ limbs }: Spread): number[] {
  return Array.from({ length: limbs }, (_, index) => index);
}

function pairsOf(spread: Spread): (readonly [number, number])[] {
  return limbsOf(spread).flatMap((i) =>
    limbsOf(spread)
      .slice(i)
      .map((j) => [i, j] as const),
  );
}

function limbName({ argument }: Spread, index: number): string {
  return `limb_${index}_${argument}`;
}

function wildName({ argument }: Spread): string {
  return `wild_${argument}`;
}

function powerOfTwo(exponent: number): string {
  return `${exponent < 0 ? 2 ** exponent : `${2n ** BigInt(exponent)}.0`}::DOUBLE`;
}
