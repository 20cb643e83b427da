import type { Problem, ValueTypeName } from '@larder/registry';
import { nearest } from '@larder/registry';
import { isIntegerType } from '@larder/point-in-time';
import { acceptedTypes, canRead, isTimeType } from './column-types.js';

/** A column that a definition names, and where. */
export interface WantedColumn {
  /** Path of the problem, if there is one. */
  readonly path: string;
  readonly source: string;
  readonly column: string;
}

const MAX_LISTED = 40;

/** The columns of sources, and whether definitions fit them. */
export class SourceColumns {
  /** Per source: DuckDB's type of each column, by the column's name in lower case. */
  readonly types = new Map<string, ReadonlyMap<string, string>>();
  private readonly names = new Map<string, readonly string[]>();

  constructor(private readonly report: (problem: Problem) => void) {}

  /** Adds a source with the names and types of its columns. */
  add(source: string, columns: readonly (readonly [name: string, type: string])[]): void {
    this.types.set(source, new Map(columns.map(([name, type]) => [name.toLowerCase(), type])));
    this.names.set(
      source,
      columns.map(([name]) => name),
    );
  }

  /** The column's type; a problem when there is no such column. */
  find({ path, source, column }: WantedColumn): string | undefined {
    const actual = this.types.get(source)?.get(column.toLowerCase());
    if (actual !== undefined) return actual;
    const names = this.names.get(source) ?? [];
    const near = nearest(column, names);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
    const message = `source ${source} has no column ${column}${hint}; it has ${names.slice(0, MAX_LISTED).join(', ')}${more}`;
    this.report({ path, message });
    return undefined;
  }

  /** A column to be read as a value of a declared type. */
  checkType(wanted: WantedColumn, declared: ValueTypeName): void {
    const actual = this.find(wanted);
    if (actual === undefined || canRead(declared, actual)) return;
    this.reportType(wanted, actual, `, which is no ${declared}; expected ${acceptedTypes(declared)}`);
  }

  /** A column of times. */
  checkTime(wanted: WantedColumn): void {
    const actual = this.find(wanted);
    if (actual !== undefined && !isTimeType(actual))
      this.reportType(wanted, actual, '; expected a timestamp or a date');
  }

  /** A column whose values are added: integers for an integer sum. */
  checkSummable(wanted: WantedColumn, { isInteger }: { readonly isInteger: boolean }): void {
    const actual = this.find(wanted);
    if (actual === undefined || isIntegerType(actual) || (!isInteger && canRead('float64', actual))) return;
    this.reportType(wanted, actual, `; expected ${isInteger ? 'an integer' : 'a number'}`);
  }

  private reportType({ path, source, column }: WantedColumn, actual: string, rest: string): void {
    this.report({ path, message: `column ${column} of source ${source} is ${actual}${rest}` });
  }
}
