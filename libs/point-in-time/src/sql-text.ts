/** Small pieces of SQL text. Every name and value that comes from outside passes through one of these. */

/** An identifier in double quotes. */
export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A text literal. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A list literal of texts. */
export function textList(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** Lines, each moved right by `spaces`. */
export function indent(lines: string, spaces = 2): string {
  const margin = ' '.repeat(spaces);
  return lines
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join('\n');
}

/** A subquery in parentheses on lines of its own. */
export function nested(query: string): string {
  return `(\n${indent(query)}\n)`;
}

/** `a AND b AND …`; `true` for none. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/** A SELECT with one item per line. */
export function selectLines(items: readonly string[]): string {
  return `SELECT\n${indent(items.join(',\n'))}`;
}

/** `WITH a AS (…), b AS (…)` in front of a query; a part is a name and its query. Parts in `computedOnce` are computed once, however often they are read. */
export function withParts(
  parts: readonly (readonly [string, string])[],
  query: string,
  computedOnce: readonly string[] = [],
): string {
  const texts = parts.map(
    ([partName, partQuery]) =>
      `${name(partName)} AS ${computedOnce.includes(partName) ? 'MATERIALIZED ' : ''}${nested(partQuery)}`,
  );
  return texts.length === 0 ? query : `WITH ${texts.join(',\n')}\n${query}`;
}
