/** A step of the database's history. Never changed once released: what is wrong is put right by a later one. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Documents are JSON as text: read as they were written, every Unicode escape included. Times are microseconds since the epoch. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'projects and their snapshots',
    statements: [
      `CREATE TABLE larder_projects (
        project text PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 0)
      )`,
      `CREATE TABLE larder_snapshots (
        project text NOT NULL REFERENCES larder_projects,
        version integer NOT NULL CHECK (version > 0),
        snapshot text NOT NULL,
        digest text NOT NULL,
        changes text NOT NULL,
        applied_at bigint NOT NULL,
        author text,
        git_commit text,
        PRIMARY KEY (project, version)
      )`,
      `CREATE FUNCTION larder_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME; END
      $$`,
      `CREATE TRIGGER larder_snapshots_are_immutable BEFORE UPDATE OR DELETE ON larder_snapshots
        FOR EACH ROW EXECUTE FUNCTION larder_refuse_change()`,
      `CREATE TABLE larder_view_ids (
        project text NOT NULL REFERENCES larder_projects,
        view_id integer NOT NULL CHECK (view_id > 0),
        view text NOT NULL,
        PRIMARY KEY (project, view_id)
      )`,
      `CREATE TRIGGER larder_view_ids_are_immutable BEFORE UPDATE OR DELETE ON larder_view_ids
        FOR EACH ROW EXECUTE FUNCTION larder_refuse_change()`,
    ],
  },
  {
    number: 2,
    name: 'materialization states and runs',
    statements: [
      `CREATE TABLE larder_materializations (
        project text NOT NULL,
        view_id integer NOT NULL,
        revision integer NOT NULL CHECK (revision > 0),
        state text NOT NULL,
        updated_at bigint NOT NULL,
        PRIMARY KEY (project, view_id),
        FOREIGN KEY (project, view_id) REFERENCES larder_view_ids
      )`,
      `CREATE TABLE larder_runs (
        project text NOT NULL REFERENCES larder_projects,
        run_id text NOT NULL,
        view text NOT NULL,
        started_at bigint NOT NULL,
        run text NOT NULL,
        PRIMARY KEY (project, run_id)
      )`,
      `CREATE INDEX larder_runs_by_start ON larder_runs (project, started_at, run_id)`,
      `CREATE INDEX larder_runs_by_view ON larder_runs (project, view, started_at, run_id)`,
    ],
  },
];
