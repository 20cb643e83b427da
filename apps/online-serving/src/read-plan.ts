import type {
  FeatureSelection,
  FeatureSpec,
  FeatureViewSpec,
  JoinKeySpec,
  LiveVersions,
  ResolvedView,
  Snapshot,
} from '@larder/registry';
import { requiredJoinKeys, resolveFeatures, valueFromJson } from '@larder/registry';
import { encodeValueEntry, NULL_ENTRY } from '@larder/row-format';
import type { ConsumerCounter } from '@larder/registry-client';
import { Status } from '@larder/serving-api';
import { deprecationWarnings } from './deprecation-warnings.js';

/**
 * Everything about one selection that does not depend on the entities: made once per snapshot and versions that are live, used by
 * every read.
 */
export interface ReadPlan {
  readonly project: string;
  readonly snapshotVersion: number;
  /** Null: the request named its features itself. */
  readonly featureService: string | null;
  /** What readers of this selection should know: what of it is deprecated. Mostly empty. */
  readonly warnings: readonly string[];
  /** Who reads it, by user agent; see `ConsumerCounts`. */
  readonly consumers: Map<string, ConsumerCounter>;
  /** What the request's join-key columns must be. */
  readonly joinKeys: readonly JoinKeySpec[];
  readonly views: readonly ViewPlan[];
}

export interface ViewPlan {
  readonly view: FeatureViewSpec;
  readonly alias: string;
  /** Sorted by the view's own names: the order of the entity key. */
  readonly joinKeys: ResolvedView['joinKeys'];
  /** Position of the plan's first view with the same entity keys, which may be this one: keys are built once for all of them. */
  readonly sameKeysAs: number;
  readonly featureNames: readonly string[];
  /** Positions in stored order, or undefined when the selection is the stored row as it is. */
  readonly projection: readonly number[] | undefined;
  /** The `values` entry that stands for "nothing", per selected feature: its default, or null. */
  readonly absentEntries: readonly Buffer[];
  readonly hasDefaults: boolean;
  readonly ttlMicros: number;
  /** Whole ViewRows for what needs no row. */
  readonly notFound: Buffer;
  readonly unavailable: Buffer;
}

const STATUS_TAG = 0x10;

export interface ReadPlanOptions {
  readonly fullFeatureNames: boolean;
  /** Which versions of the views the online store is known to hold. */
  readonly live: LiveVersions;
}

/** Compiles a selection against a snapshot and the versions that are live; throws what `resolveFeatures` throws. */
export function buildReadPlan(snapshot: Snapshot, selection: FeatureSelection, options: ReadPlanOptions): ReadPlan {
  const resolved = resolveFeatures(snapshot, selection, options);
  const featureService = 'featureService' in selection ? selection.featureService : null;
  return {
    project: snapshot.project,
    snapshotVersion: snapshot.version,
    featureService,
    warnings: deprecationWarnings(snapshot, featureService, resolved),
    consumers: new Map(),
    joinKeys: requiredJoinKeys(resolved),
    views: resolved.map((view) =>
      buildViewPlan(
        view,
        resolved.findIndex((other) => sameKeys(other, view)),
      ),
    ),
  };
}

function sameKeys(left: ResolvedView, right: ResolvedView): boolean {
  const keysOf = ({ joinKeys }: ResolvedView): string =>
    JSON.stringify(joinKeys.map(({ requestName, type }) => [requestName, type]));
  return keysOf(left) === keysOf(right);
}

function buildViewPlan({ view, alias, joinKeys, features }: ResolvedView, sameKeysAs: number): ViewPlan {
  const absentEntries = features.map(({ spec }) => absentEntry(spec));
  const stored =
    features.length === view.features.length && features.every(({ index }, position) => index === position);
  return {
    view,
    alias,
    joinKeys,
    sameKeysAs,
    featureNames: features.map((each) => each.outputName),
    projection: stored ? undefined : features.map((each) => each.index),
    absentEntries,
    hasDefaults: features.some(({ spec }) => spec.default !== undefined),
    ttlMicros: view.ttlSeconds === undefined ? Number.POSITIVE_INFINITY : view.ttlSeconds * 1_000_000,
    notFound: viewRow(absentEntries, Status.NOT_FOUND),
    unavailable: viewRow(
      features.map(() => NULL_ENTRY),
      Status.UNAVAILABLE,
    ),
  };
}

function absentEntry(feature: FeatureSpec): Buffer {
  const value = feature.default === undefined ? null : (valueFromJson(feature.type, feature.default) ?? null);
  return encodeValueEntry(feature.type, value);
}

/** A ViewRow from whole `values` entries and one status. */
export function viewRow(entries: readonly Buffer[], status: Status): Buffer {
  return Buffer.concat([...entries, Buffer.from([STATUS_TAG, status])]);
}
