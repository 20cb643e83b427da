import type { Definitions, FeatureViewSpec, JoinKeySpec, Snapshot } from '@larder/registry';
import { canonicalJson, joinKeysOfView, serviceImpacts } from '@larder/registry';
import type {
  ConsumerRecord,
  MaterializationEstimate,
  PlannedMaterialization,
  PlannedService,
  PlanRequest,
  PlanResult,
  RunRecord,
  Unchecked,
  ViewEstimate,
} from '@larder/registry-client';
import { readConsumers } from '../consumers/consumer-store.js';
import type { Queryable } from '../database/database.js';
import type { ViewProgress } from '../materialization/materialization-store.js';
import { readLastReloads } from '../materialization/run-store.js';
import { readBase } from './base-store.js';
import { draftOf, mergeSent, readDefinitions, warningsOf } from './draft.js';
import type { Base, Draft } from './draft.js';
import { checkSources } from './source-checks.js';
import type { SourceInspector } from './source-checks.js';

export interface PlanContext {
  readonly database: Queryable;
  readonly inspector: SourceInspector | undefined;
}

/** What applying would change, take and break. Writes nothing. INVALID_ARGUMENT with every problem of the definitions. */
export async function planDefinitions(
  { database, inspector }: PlanContext,
  project: string,
  request: Unchecked<PlanRequest>,
): Promise<PlanResult> {
  const sent = readDefinitions(project, request.definitions);
  const { prune = false, skipSourceChecks: skip = false } = request;
  const base = await readBase(database, project);
  const draft = draftOf(base, mergeSent(base.current, sent, { prune }));
  const views = viewsToMaterialize(draft);
  const sources = await checkSources(inspector, () => draft, {
    skip,
    estimates: () => views.map((each) => each.name),
  });
  return {
    baseVersion: draft.baseVersion,
    changes: draft.changes,
    kept: draft.kept,
    problems: [...draft.refused, ...sources.problems],
    warnings: [...warningsOf(draft), ...sources.warnings],
    materializations: await planMaterializations(database, { base, draft, views, estimates: sources.estimates }),
    services: await planServices(database, base.current, draft),
    sourceChecks: sources.checks,
  };
}

function viewsToMaterialize({ changes, snapshot }: Draft): FeatureViewSpec[] {
  const names = new Set(changes.filter((each) => each.rematerialize).map((each) => each.name));
  return snapshot.featureViews.filter((view) => names.has(view.name));
}

interface Materializing {
  readonly base: Base;
  readonly draft: Draft;
  readonly views: readonly FeatureViewSpec[];
  readonly estimates: readonly ViewEstimate[];
}

async function planMaterializations(
  database: Queryable,
  { base: { current, progress }, draft: { snapshot }, views, estimates }: Materializing,
): Promise<PlannedMaterialization[]> {
  const names = views.map((each) => each.name);
  const reloads = await readLastReloads(database, snapshot.project, names);
  const byView = new Map(estimates.map((each) => [each.view, each]));
  return views.map((view) => {
    const data = byView.get(view.name);
    const reload = reloads.get(view.name);
    const counted = reload !== undefined && hasSameKeys(reload, { view, snapshot, current }) ? reload : undefined;
    return {
      view: view.name,
      version: view.version,
      liveVersion: loadedVersion(progress.get(view.id)),
      ...(data === undefined ? {} : { estimate: estimateOf(data, counted?.rowsWritten) }),
    };
  });
}

function loadedVersion(progress: ViewProgress | undefined): number | null {
  return progress?.asOf === undefined ? null : progress.viewVersion;
}

function estimateOf(data: ViewEstimate, counted: number | undefined): MaterializationEstimate {
  const { files, sourceRows, sourceBytes, bytesPerEntity } = data;
  const entities = counted ?? data.entities;
  return {
    files,
    sourceRows,
    sourceBytes,
    entities,
    onlineBytes: Math.round(entities * bytesPerEntity),
    entitiesFrom: counted === undefined ? 'data' : 'last run',
  };
}

/** True when the version that was loaded is known, and has the entity key that the view will have. */
function hasSameKeys(
  reload: RunRecord,
  { view, snapshot, current }: { view: FeatureViewSpec; snapshot: Snapshot; current: Snapshot | undefined },
): boolean {
  const loaded = current === undefined ? undefined : joinKeysOfVersion(current, view.id, reload.viewVersion);
  return loaded !== undefined && canonicalJson(loaded) === canonicalJson(joinKeysOfView(snapshot, view));
}

function joinKeysOfVersion(snapshot: Snapshot, viewId: number, version: number): readonly JoinKeySpec[] | undefined {
  const isIt = (each: FeatureViewSpec): boolean => each.id === viewId && each.version === version;
  const view = snapshot.featureViews.find(isIt);
  if (view !== undefined) return joinKeysOfView(snapshot, view);
  return snapshot.formerViews?.find((each) => isIt(each.view))?.joinKeys;
}

async function planServices(
  database: Queryable,
  current: Snapshot | undefined,
  { definitions }: Draft,
): Promise<PlannedService[]> {
  if (current === undefined) return [];
  const consumers = await readConsumers(database, definitions.project);
  const named = new Set(consumers.filter((each) => each.featureService === null).flatMap((each) => each.views));
  const impacts = serviceImpacts(withReaders(current, named), withReaders(definitions, named));
  return impacts
    .filter(({ service, breaking }) => !service.endsWith(BY_REFERENCE) || breaking.length > 0)
    .map((impact) => ({ ...impact, consumers: consumersOf(consumers, impact.service) }));
}

/** After a view's name: those who name its features themselves, without a feature service. */
const BY_REFERENCE = ':*';

/** Views that are read by reference as if a feature service had all their features: which ones are read is not known. */
function withReaders(definitions: Definitions, views: ReadonlySet<string>): Definitions {
  const read = definitions.featureViews.filter(({ name }) => views.has(name));
  const services = read.map(({ name, features }) => ({
    name: name + BY_REFERENCE,
    views: [{ view: name, alias: name, joinKeys: {}, features: features.map((each) => each.name) }],
  }));
  return { ...definitions, featureServices: [...definitions.featureServices, ...services] };
}

function consumersOf(consumers: readonly ConsumerRecord[], service: string): ConsumerRecord[] {
  if (!service.endsWith(BY_REFERENCE)) return consumers.filter((each) => each.featureService === service);
  const view = service.slice(0, -BY_REFERENCE.length);
  return consumers.filter((each) => each.featureService === null && each.views.includes(view));
}
