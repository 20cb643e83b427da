import type { Change, Definitions, EntitySpec, FeatureViewSpec, SourceSpec } from '@larder/registry';
import { z } from 'zod';
import { plainText } from './field-schemas.js';
import type { StoredMaterializationState } from './materialization-state.js';

/** Bodies of the registry's HTTP API, shared by its server and its client. */

/** `POST /v1/projects/:project/plan` */
export interface PlanRequest {
  readonly definitions: Definitions;
}

export interface PlanResult {
  /** The version that the changes are relative to; 0 for a project that does not exist yet. */
  readonly baseVersion: number;
  readonly changes: readonly Change[];
}

/** `POST /v1/projects/:project/apply` */
export interface ApplyRequest {
  readonly definitions: Definitions;
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
}

/** `GET /v1/projects/:project/history`, newest first */
export interface VersionRecord {
  readonly version: number;
  readonly appliedAt: string;
  readonly author?: string;
  readonly gitCommit?: string;
  readonly changes: readonly Change[];
}

/** Most entries of one answer of history or runs, and how many there are without a limit. */
export const MAX_LIST_LENGTH = 1000;
export const DEFAULT_LIST_LENGTH = 100;

const version = z.int().nonnegative().max(2_147_483_647);

/** A request before its definitions are checked: `parseDefinitions` is their gate. */
export type Unchecked<R extends PlanRequest> = Omit<R, 'definitions'> & { readonly definitions: unknown };

const definitions = z.unknown().refine((value) => value !== undefined, 'is missing; expected compiled definitions');

export const planRequestSchema: z.ZodType<Unchecked<PlanRequest>> = z.strictObject({ definitions });

export const applyRequestSchema: z.ZodType<Unchecked<ApplyRequest>> = z.strictObject({
  definitions,
  expectedVersion: version.exactOptional(),
  author: plainText(200).exactOptional(),
  gitCommit: plainText(200).exactOptional(),
});
