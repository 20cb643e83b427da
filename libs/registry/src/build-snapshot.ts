import { formerViews } from './former-views.js';
import type { LoadedVersions } from './former-views.js';
import { LarderError } from './larder-error.js';
import type { Definitions, FeatureViewDefinition, FeatureViewSpec, Snapshot } from './snapshot.js';
import { viewMeaning } from './view-meaning.js';

/** The newest id given to each view of a project, retired views included: name → id. Kept by the registry between applies. */
export type ViewIds = Readonly<Record<string, number>>;

/** A version number stands for one meaning, for ever: a meaning that comes back gets its number back. */
export interface ViewVersion {
  readonly viewId: number;
  readonly version: number;
  /** Digest of the view's meaning. */
  readonly meaning: string;
}

/** What the registry remembers of a project's views beside the newest snapshot. */
export interface ViewHistory {
  readonly viewIds: ViewIds;
  /** Every version that any view ever had. */
  readonly versions: readonly ViewVersion[];
  readonly live: LoadedVersions;
  /** Shortens a meaning; equal only for equal meanings. */
  readonly digest: (meaning: string) => string;
}

export interface NumberedSnapshot {
  readonly snapshot: Snapshot;
  readonly viewIds: ViewIds;
  /** Versions to be remembered from now on. */
  readonly newVersions: readonly ViewVersion[];
}

const MAX_VIEW_VERSION = 65_535;

const NO_HISTORY: ViewHistory = { viewIds: {}, versions: [], live: () => undefined, digest: (meaning) => meaning };

/**
 * Compiled definitions as the snapshot that follows `previous`: views of `previous` keep their id, others get the next one
 * that was never given, also when a retired view of their name had one, since rows under that id may still lie in the online
 * store and know nothing of the new version. A view whose meaning changed gets the number that this meaning had before, else
 * the next one; the versions that may still be served stay in `formerViews`. Pure. Throws FAILED_PRECONDITION when a view would
 * get version 65536, and when `previous` is of another project.
 */
export function buildSnapshot(
  definitions: Definitions,
  previous: Snapshot | undefined,
  history: Partial<ViewHistory> = {},
): NumberedSnapshot {
  if (previous !== undefined && previous.project !== definitions.project) {
    throw new LarderError('FAILED_PRECONDITION', `${definitions.project} cannot follow ${previous.project}`);
  }
  const known = { ...NO_HISTORY, ...history };
  const numbers = new ViewNumbers(previous, known);
  const featureViews = definitions.featureViews.map((view): FeatureViewSpec => ({
    ...view,
    ...numbers.of(view, definitions),
  }));
  const former = previous === undefined ? [] : formerViews(featureViews, previous, known.live);
  return {
    snapshot: {
      ...definitions,
      version: (previous?.version ?? 0) + 1,
      featureViews,
      ...(former.length === 0 ? {} : { formerViews: former }),
    },
    viewIds: numbers.viewIds(),
    newVersions: numbers.newVersions,
  };
}

/** Gives ids and versions, and remembers those that are new. */
class ViewNumbers {
  readonly newVersions: ViewVersion[] = [];
  private readonly ids: Map<string, number>;
  private readonly before: ReadonlyMap<string, FeatureViewSpec>;
  private readonly versions = new Map<number, ViewVersion[]>();
  private lastId: number;

  constructor(
    private readonly previous: Snapshot | undefined,
    private readonly history: ViewHistory,
  ) {
    this.before = new Map((previous?.featureViews ?? []).map((view) => [view.name, view]));
    this.ids = new Map(Object.entries(history.viewIds));
    for (const { name, id } of this.before.values()) this.ids.set(name, id);
    this.lastId = [...this.ids.values(), ...Object.values(history.viewIds)].reduce((a, b) => Math.max(a, b), 0);
    for (const each of history.versions) this.remember(each);
  }

  of(view: FeatureViewDefinition, definitions: Definitions): { id: number; version: number } {
    const meaning = this.history.digest(viewMeaning(view, definitions));
    const known = this.before.get(view.name);
    if (known === undefined) {
      this.lastId += 1;
      this.ids.set(view.name, this.lastId);
      return { id: this.lastId, version: this.version(view.name, this.lastId, meaning) };
    }
    this.rememberPrevious(known);
    return { id: known.id, version: this.version(view.name, known.id, meaning) };
  }

  viewIds(): ViewIds {
    return Object.fromEntries(this.ids);
  }

  /** Registries that are older than the memory of versions know only those of the newest snapshot. */
  private rememberPrevious(view: FeatureViewSpec): void {
    if (this.previous === undefined || this.versionsOf(view.id).some((each) => each.version === view.version)) return;
    const meaning = this.history.digest(viewMeaning(view, this.previous));
    this.addNew({ viewId: view.id, version: view.version, meaning });
  }

  private version(name: string, viewId: number, meaning: string): number {
    const versions = this.versionsOf(viewId);
    const same = versions.find((each) => each.meaning === meaning);
    if (same !== undefined) return same.version;
    const version = versions.reduce((newest, each) => Math.max(newest, each.version), 0) + 1;
    if (version > MAX_VIEW_VERSION) {
      throw new LarderError(
        'FAILED_PRECONDITION',
        `feature view ${name} has had ${MAX_VIEW_VERSION} versions; give it a new name`,
      );
    }
    this.addNew({ viewId, version, meaning });
    return version;
  }

  private versionsOf(viewId: number): readonly ViewVersion[] {
    return this.versions.get(viewId) ?? [];
  }

  private addNew(version: ViewVersion): void {
    this.newVersions.push(version);
    this.remember(version);
  }

  private remember(version: ViewVersion): void {
    const known = this.versions.get(version.viewId);
    if (known === undefined) this.versions.set(version.viewId, [version]);
    else known.push(version);
  }
}
