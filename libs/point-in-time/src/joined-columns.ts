import { name } from './sql-text.js';

/** Columns of a training set's joined rows, numbered by view and by feature within the view. */
export function statusColumn(view: number): string {
  return name(`#status_${view}`);
}

/** True where the view's newest row was kept out by its created time alone. */
export function lateColumn(view: number): string {
  return name(`#late_${view}`);
}

/** The feature's value before defaults; counts only where the status is `found`. */
export function valueColumn(view: number, feature: number): string {
  return name(`#value_${view}_${feature}`);
}
