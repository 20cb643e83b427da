/** The rows that an aggregate is computed over. */
export interface Over {
  /** A condition on the rows. */
  readonly where?: string;
  /** Name of a window of the query; without one the query groups. */
  readonly window?: string;
}

/** What follows a call of an aggregate function. */
export function overText({ where, window }: Over): string {
  return `${where === undefined ? '' : ` FILTER (WHERE ${where})`}${window === undefined ? '' : ` OVER ${window}`}`;
}
