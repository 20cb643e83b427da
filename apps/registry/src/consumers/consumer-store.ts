import type { Clock } from '@larder/registry';
import { formatInstant, instantFromMicros, LarderError, parseInstant } from '@larder/registry';
import type { ConsumerRecord } from '@larder/registry-client';
import { z } from 'zod';
import type { Database, Queryable } from '../database/database.js';
import { digestOf } from '../definitions/project-store.js';

/** Records that are kept of each project; those not seen for the longest time are removed as new ones come. */
const KEPT_CONSUMERS = 10_000;

const consumerRow = z.object({
  consumer: z.string(),
  kind: z.enum(['online', 'training']),
  feature_service: z.string(),
  views: z.string(),
  last_seen_at: z.string(),
  reads: z.string(),
});

/** Applications that were seen reading, the most recent first; all that are kept by default. */
export async function readConsumers(
  database: Queryable,
  project: string,
  limit: number = KEPT_CONSUMERS,
): Promise<ConsumerRecord[]> {
  const rows = await database.query(
    `SELECT consumer, kind, feature_service, views, last_seen_at::text AS last_seen_at, reads::text AS reads
     FROM larder_consumers WHERE project = $1
     ORDER BY larder_consumers.last_seen_at DESC, consumer, kind, feature_service, views_digest LIMIT $2`,
    [project, limit],
  );
  return rows.map((row) => {
    const { consumer, kind, feature_service, views, last_seen_at, reads } = consumerRow.parse(row);
    return {
      consumer,
      kind,
      featureService: feature_service === '' ? null : feature_service,
      views: z.array(z.string()).parse(JSON.parse(views)),
      lastSeenAt: formatInstant(instantFromMicros(BigInt(last_seen_at))),
      reads: Number(reads),
    };
  });
}

/**
 * Adds what services saw to what is known: reads are added up, of two times the later stays; a time beyond the registry's own
 * counts as now. NOT_FOUND for an unknown project.
 */
export async function addConsumers(
  context: { readonly database: Database; readonly clock: Clock },
  project: string,
  seen: readonly ConsumerRecord[],
): Promise<void> {
  const rows = JSON.stringify(rowsOf(seen, context.clock.now()));
  await context.database.transaction(async (transaction) => {
    const projects = await transaction.query('SELECT 1 AS one FROM larder_projects WHERE project = $1', [project]);
    if (projects.length === 0) throw new LarderError('NOT_FOUND', `there is no project ${project}`);
    await transaction.query(UPSERT, [project, rows]);
    await transaction.query(REMOVE_OLD, [project, KEPT_CONSUMERS]);
  });
}

const UPSERT = `INSERT INTO larder_consumers AS known
    (project, consumer, kind, feature_service, views_digest, views, last_seen_at, reads)
  SELECT $1, each->>'consumer', each->>'kind', each->>'service', each->>'digest', each->>'views',
    (each->>'seen')::bigint, (each->>'reads')::bigint
  FROM json_array_elements($2::json) AS each
  ON CONFLICT (project, consumer, kind, feature_service, views_digest) DO UPDATE SET
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at), reads = known.reads + excluded.reads`;

const REMOVE_OLD = `DELETE FROM larder_consumers WHERE project = $1 AND (consumer, kind, feature_service, views_digest) IN (
    SELECT consumer, kind, feature_service, views_digest FROM larder_consumers WHERE project = $1
    ORDER BY last_seen_at DESC, consumer, kind, feature_service, views_digest OFFSET $2)`;

interface ConsumerRow {
  readonly consumer: string;
  readonly kind: string;
  /** Empty for those who named their features themselves. */
  readonly service: string;
  readonly digest: string;
  readonly views: string;
  /** Microseconds since the epoch, in decimal digits. */
  readonly seen: string;
  readonly reads: number;
}

/** One row per key, in the order of keys: two reports at a time then never wait for each other in a circle. */
function rowsOf(records: readonly ConsumerRecord[], now: bigint): ConsumerRow[] {
  const rows = new Map<string, ConsumerRow>();
  for (const record of records) {
    const row = rowOf(record, now);
    const key = JSON.stringify([row.consumer, row.kind, row.service, row.digest]);
    const before = rows.get(key);
    rows.set(key, before === undefined ? row : addRows(before, row));
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function rowOf({ consumer, kind, featureService, views, lastSeenAt, reads }: ConsumerRecord, now: bigint): ConsumerRow {
  const text = JSON.stringify([...new Set(views)].sort());
  const at: bigint = parseInstant(lastSeenAt);
  const seen = (at < now ? at : now).toString();
  return { consumer, kind, service: featureService ?? '', digest: digestOf(text), views: text, seen, reads };
}

function addRows(left: ConsumerRow, right: ConsumerRow): ConsumerRow {
  const seen = BigInt(left.seen) > BigInt(right.seen) ? left.seen : right.seen;
  return { ...left, seen, reads: left.reads + right.reads };
}
