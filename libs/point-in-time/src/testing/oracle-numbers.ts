/** Exact but for the last division; what is smaller than 2^-72 is cut off. */
export function variance(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  if (!values.every((value) => Math.abs(value) < 2 ** 62)) return Number.NaN;
  const units = values.map((value) => BigInt(Math.trunc(value * 2 ** 72)));
  const n = BigInt(units.length);
  const sum = units.reduce((a, b) => a + b, 0n);
  const squares = units.reduce((a, b) => a + b * b, 0n);
  return Number(((n * squares - sum * sum) << 200n) / (n * (n - 1n))) * 2 ** -344;
}

/** Between the two values next to its place on the line that joins them; `sorted` is not empty. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.some(Number.isNaN)) return Number.NaN;
  const place = (sorted.length - 1) * q;
  const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  const part = place - Math.floor(place);
  return part === 0 ? low : low * (1 - part) + high * part;
}
