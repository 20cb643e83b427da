import type {
  Change,
  Definitions,
  Deprecation,
  EntitySpec,
  FeatureViewSpec,
  ObjectName,
  Problem,
  ServiceImpact,
  SourceSpec,
} from '@larder/registry';
import type { StoredMaterializationState } from './materialization-state.js';

/** Bodies of the registry's HTTP API, shared by its server and its client. */

/** `POST /v1/projects/:project/plan` */
export interface PlanRequest {
  readonly definitions: Definitions;
  /** True = retire what the definitions no longer have; else it stays registered, since other definitions may hold it. Default false. */
  readonly prune?: boolean;
  /** True = do not look at the data; the answer and the history say so. Default false. */
  readonly skipSourceChecks?: boolean;
}

export interface PlanResult {
  /** The version that the changes are relative to; 0 for a project that does not exist yet. */
  readonly baseVersion: number;
  readonly changes: readonly Change[];
  /** Registered objects that the definitions do not have and that stay, because nothing is pruned. */
  readonly kept: readonly ObjectName[];
  /** Why apply would refuse: protected objects that would be retired, problems that only the data shows. Empty = it would not. */
  readonly problems: readonly Problem[];
  /** What does not stop an apply and should be known before. */
  readonly warnings: readonly Problem[];
  /** Online views whose values are computed anew, with what that takes. */
  readonly materializations: readonly PlannedMaterialization[];
  /** Feature services that read differently afterwards, with those who were seen reading them. */
  readonly services: readonly PlannedService[];
  readonly sourceChecks: SourceChecks;
}

/** Whether the data was looked at. `unavailable`: offline-query did not answer; apply then fails unless the checks are skipped. */
export interface SourceChecks {
  readonly status: 'done' | 'skipped' | 'unavailable' | 'not configured';
  readonly reason?: string;
}

export interface PlannedMaterialization {
  readonly view: string;
  /** Version after the apply. */
  readonly version: number;
  /** Version that serves until then; null = the view has no values yet. */
  readonly liveVersion: number | null;
  /** Absent when the data was not looked at. */
  readonly estimate?: MaterializationEstimate;
}

/** What a full materialization takes, from the data's metadata and what the online store was last given. */
export interface MaterializationEstimate {
  readonly files: number;
  readonly sourceRows: number;
  /** Of the columns that are read, as they lie in the files. */
  readonly sourceBytes: number;
  /** Rows that will be written: one per entity. */
  readonly entities: number;
  /** Of the packed rows and their keys; the store's own overhead per key comes on top. */
  readonly onlineBytes: number;
  /** Where `entities` is from: counted by the last run of the same entity key, or estimated from the data. */
  readonly entitiesFrom: 'last run' | 'data';
}

/** A service, or `view:*`: those who name features of the view themselves, listed when something breaks for them. */
export interface PlannedService extends ServiceImpact {
  readonly consumers: readonly ConsumerRecord[];
}

/** An application that was seen reading. */
export interface ConsumerRecord {
  /** Its name as it says it: first word of its user agent. */
  readonly consumer: string;
  /** `online`: reads of the serving API; `training`: training sets. */
  readonly kind: 'online' | 'training';
  /** Null: it named its features itself. */
  readonly featureService: string | null;
  /** Names of the views that it read. */
  readonly views: readonly string[];
  /** RFC 3339. */
  readonly lastSeenAt: string;
  readonly reads: number;
}

/** `POST /v1/projects/:project/consumers`: what services saw since they last told; counts are added up. */
export interface ConsumersReport {
  readonly consumers: readonly ConsumerRecord[];
}

/** `POST /v1/projects/:project/apply` */
export interface ApplyRequest {
  readonly definitions: Definitions;
  /** As in the plan. */
  readonly prune?: boolean;
  /** As in the plan. */
  readonly skipSourceChecks?: boolean;
  /** Apply only over this version (`baseVersion` of the plan); without it, over whatever is there. */
  readonly expectedVersion?: number;
  /** Who applies, for the history; at most 200 characters. */
  readonly author?: string;
  /** The commit that the definitions are of; at most 200 characters. */
  readonly gitCommit?: string;
}

export interface ApplyResult {
  /** The version that now holds; unchanged when there was nothing to change. */
  readonly version: number;
  readonly changes: readonly Change[];
  readonly kept: readonly ObjectName[];
  readonly warnings: readonly Problem[];
  readonly sourceChecks: SourceChecks;
}

/** `POST /v1/projects/:project/rollback`: makes the definitions of an older version current, as a new version. Nobody looks at the data. */
export interface RollbackRequest {
  /** The older version. */
  readonly version: number;
  readonly expectedVersion?: number;
  readonly author?: string;
}

/** `GET /v1/projects/:project/diff?from=&to=` */
export interface DiffResult {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly Change[];
}

/** What is searched for: everything that meets all of it. */
export interface SearchQuery {
  /** Words; each must occur in name, description, owner, a tag or the name of the view, in whatever case. */
  readonly q?: string;
  readonly owner?: string;
  /** Name of an entity that is described. */
  readonly entity?: string;
  /** Value type of a feature. */
  readonly type?: string;
  /** `key:value`, or `key` for any value; all of them. */
  readonly tags?: readonly string[];
  /** True: only what is deprecated. False: only what is not. */
  readonly deprecated?: boolean;
  /** 1 to 1000; 100 by default. */
  readonly limit?: number;
}

/** `GET /v1/projects/:project/search?q=&owner=&entity=&type=&tag=key:value&deprecated=&limit=` */
export interface SearchHit {
  readonly kind: 'entity' | 'source' | 'featureView' | 'feature' | 'featureService';
  /** `view:feature` for a feature. */
  readonly name: string;
  readonly type?: string;
  /** Names of the entities that it describes. */
  readonly entities: readonly string[];
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly deprecated: Deprecation | null;
  /** Of views and features; null for a view that was never materialized, absent for everything else. */
  readonly freshness?: ViewFreshness | null;
}

/** How fresh the online values of a view are. */
export interface ViewFreshness {
  /** Everything known up to here is online, RFC 3339; null while nothing is. */
  readonly watermark: string | null;
  /** As-of time of the last run, RFC 3339. */
  readonly asOf: string | null;
  /** Null while nothing is loaded completely. */
  readonly liveVersion: number | null;
  readonly lastRun: LastRun | null;
}

export interface LastRun {
  readonly id: string;
  readonly status: string;
  readonly mode: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly rowsWritten: number | null;
  readonly error: string | null;
}

/** `GET /v1/projects/:project/lineage/:name`: what an object comes from and what depends on it. */
export interface Lineage {
  readonly kind: LineageNode['kind'];
  readonly name: string;
  readonly upstream: readonly LineageNode[];
  readonly downstream: readonly LineageNode[];
}

/** One neighbour, with its own further ones in the same direction. */
export interface LineageNode {
  readonly kind: SearchHit['kind'] | 'consumer';
  readonly name: string;
  readonly next: readonly LineageNode[];
}

/** Event `snapshot` of `GET /v1/watch` and `GET /v1/projects/:project/watch` (server-sent events): this is now the current version. */
export interface WatchEvent {
  readonly project: string;
  readonly version: number;
  /** Of the project's snapshot. */
  readonly etag: string;
}

/** `GET /v1/projects` */
export interface ProjectSummary {
  readonly project: string;
  readonly version: number;
  /** RFC 3339; when the version was applied. */
  readonly appliedAt: string;
}

/** `GET /v1/projects/:project/features` */
export interface FeatureSummary {
  /** `view:feature`. */
  readonly feature: string;
  /** Names of the view's entities, joined by `, `. */
  readonly entity: string;
  readonly type: string;
  /** Name of the view's source. */
  readonly source: string;
  /** In words: `every 1h`. */
  readonly cadence: string;
  /** The feature's, else its view's. */
  readonly owner: string | null;
  readonly description: string | null;
  /** The view's version. */
  readonly version: number;
}

/** `GET /v1/projects/:project/views/:name` */
export interface ViewDescription {
  readonly view: FeatureViewSpec;
  readonly entities: readonly EntitySpec[];
  readonly source: SourceSpec;
  /** Names of the feature services that use the view. */
  readonly services: readonly string[];
  /** Null before the first run. */
  readonly materialization: StoredMaterializationState | null;
  /** Null for a view that was never materialized. */
  readonly freshness: ViewFreshness | null;
}

/** `GET /v1/projects/:project/history`, newest first */
export interface VersionRecord {
  readonly version: number;
  readonly appliedAt: string;
  readonly author?: string;
  readonly gitCommit?: string;
  readonly changes: readonly Change[];
  /** Set for a rollback: the version whose definitions came back. */
  readonly rollbackTo?: number;
  /** True when whoever applied it asked not to look at the data. */
  readonly sourceChecksSkipped?: boolean;
}

/** Most entries of one answer of history or runs, and how many there are without a limit. */
export const MAX_LIST_LENGTH = 1000;
export const DEFAULT_LIST_LENGTH = 100;
