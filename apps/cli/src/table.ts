import type { Terminal } from './terminal.js';
import { styled } from './terminal.js';

/** A table with a header line, columns as wide as their widest cell; numbers to the right. Cut to the terminal's width when there is one. */
export function tableText(terminal: Terminal, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?[\d,.]*$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const limit =
    terminal.stdout.isTTY === true ? (terminal.stdout.columns ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const cut = (text: string): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
  return [styled(terminal.stdout, 'bold', cut(line(header))), ...rows.map((row) => cut(line(row)))].join('\n');
}

/** Two columns, names to the left: for one thing's fields. */
export function fieldsText(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** A whole number with thousands separated: 1234567 → `1,234,567`. */
export function grouped(count: number | bigint): string {
  return count.toLocaleString('en-US');
}
