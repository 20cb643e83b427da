/** What a column or a parameter holds; 64-bit integers travel as text (`::text`), documents as JSON text. */
export type SqlValue = string | number | boolean | null;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Runs statements of PostgreSQL's dialect with parameters `$1`, `$2` … */
export interface Queryable {
  /** The rows of one statement. Throws ABORTED for a conflict that a retry may solve, UNAVAILABLE when the database is gone. */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>;
}

/** PostgreSQL, as a server or inside this process; both take the same SQL. */
export interface Database extends Queryable {
  /** One line for the log; holds no password. */
  readonly describe: string;
  /**
   * Runs `work` in one transaction (read committed): all of its statements hold, or none when it throws. Inside, use only
   * `transaction`; the database's own `query` may wait for it for ever.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
