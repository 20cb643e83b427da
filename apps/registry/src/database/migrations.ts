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
  {
    number: 3,
    name: 'versions of views, rollbacks',
    statements: [
      `CREATE TABLE larder_view_versions (
        project text NOT NULL,
        view_id integer NOT NULL,
        version integer NOT NULL CHECK (version BETWEEN 1 AND 65535),
        meaning text NOT NULL,
        PRIMARY KEY (project, view_id, version),
        UNIQUE (project, view_id, meaning),
        FOREIGN KEY (project, view_id) REFERENCES larder_view_ids
      )`,
      `CREATE TRIGGER larder_view_versions_are_immutable BEFORE UPDATE OR DELETE ON larder_view_versions
        FOR EACH ROW EXECUTE FUNCTION larder_refuse_change()`,
      `ALTER TABLE larder_snapshots
        ADD COLUMN rollback_to integer CHECK (rollback_to > 0),
        ADD COLUMN source_checks_skipped boolean NOT NULL DEFAULT false`,
    ],
  },
  {
    number: 4,
    name: 'what is asked of states and runs of many views',
    // A quote inside a JSON text is always escaped, so that these patterns find keys and nothing else; a run's own `mode` and
    // `status` stand before its `details`, which may have such keys too, and a state's `viewVersion` before what has begun.
    statements: [
      `ALTER TABLE larder_materializations
        ADD COLUMN view_version integer NOT NULL
          GENERATED ALWAYS AS (substring(state from '"viewVersion":([0-9]+)')::integer) STORED,
        ADD COLUMN watermark bigint
          GENERATED ALWAYS AS (substring(state from '"watermarkMicros":"(-?[0-9]+)"')::bigint) STORED,
        ADD COLUMN as_of bigint
          GENERATED ALWAYS AS (substring(state from '"asOfMicros":"(-?[0-9]+)"')::bigint) STORED,
        ADD COLUMN is_switching boolean NOT NULL
          GENERATED ALWAYS AS (position('"begun":{' in state) > 0) STORED`,
      `ALTER TABLE larder_runs
        ADD COLUMN mode text GENERATED ALWAYS AS (substring(run from '"mode":"([a-z0-9_-]+)"')) STORED,
        ADD COLUMN status text GENERATED ALWAYS AS (substring(run from '"status":"([a-z]+)"')) STORED`,
      `CREATE INDEX larder_runs_by_mode ON larder_runs (project, view, mode, status, started_at)`,
    ],
  },
  {
    number: 5,
    name: 'consumers',
    statements: [
      `CREATE TABLE larder_consumers (
        project text NOT NULL REFERENCES larder_projects,
        consumer text NOT NULL,
        kind text NOT NULL,
        feature_service text NOT NULL,
        views_digest text NOT NULL,
        views text NOT NULL,
        last_seen_at bigint NOT NULL,
        reads bigint NOT NULL CHECK (reads >= 0),
        PRIMARY KEY (project, consumer, kind, feature_service, views_digest)
      )`,
      `CREATE INDEX larder_consumers_by_last_seen ON larder_consumers (project, last_seen_at)`,
    ],
  },
];
