import type { MaterializationQueue } from '@larder/materialization-queue';
import type { OnlineStore, ViewPointer } from '@larder/online-store';
import type { FeatureViewSpec, Snapshot } from '@larder/registry';
import type { Logger } from '@larder/service-runtime';

export interface ProjectKeeperOptions {
  readonly queue: Pick<MaterializationQueue, 'reconcileSchedulers' | 'enqueue'>;
  readonly online: Pick<OnlineStore, 'readPointer'>;
  readonly snapshot: () => Snapshot | undefined;
  readonly logger: Logger;
  /** Time between two looks. */
  readonly intervalMs: number;
  /** False = the project is materialized on request alone: no schedulers, and views that are not online are left so. */
  readonly scheduled: boolean;
}

/** Looks that are left out after a view was asked for: doubles each time it is still not online, up to this many. */
const MAX_SKIPPED = 720;

/**
 * Keeps a project as its snapshot says: schedulers by the cadences, and every online view in the online store. A view that is not there
 * (new, of another version, or lost with an emptied Redis) is asked for at once, as urgently as can be: reads of it answer UNAVAILABLE.
 * A view of another version goes on being read as it was until the new one is complete. Looks at every change and from time to time; does nothing where nothing is to be done.
 */
export class ProjectKeeper {
  private readonly asked = new Map<number, { readonly version: number; skip: number; wait: number }>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: ProjectKeeperOptions) {}

  /** Looks now, and from time to time until it is closed. */
  start(): void {
    void this.look();
    this.timer = setInterval(() => void this.look(), this.options.intervalMs);
    this.timer.unref();
  }

  /** Looks now; resolves when it has. Looks never overlap. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => (this.closed ? undefined : this.tend()));
    return this.looking;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.looking;
  }

  private async tend(): Promise<void> {
    const { snapshot, logger, scheduled } = this.options;
    const current = snapshot();
    if (current === undefined) return;
    try {
      await this.keepSchedulers(scheduled ? current : { ...current, featureViews: [] });
      if (scheduled) await this.keepOnline(current);
    } catch (error) {
      logger.warn({ err: error }, 'the project could not be looked after; trying again');
    }
  }

  private async keepSchedulers(snapshot: Snapshot): Promise<void> {
    const { queue, logger } = this.options;
    const { added, changed, removed } = await queue.reconcileSchedulers(snapshot);
    if (added.length + changed.length + removed.length > 0)
      logger.info({ added, changed, removed }, 'schedulers follow the cadences');
  }

  private async keepOnline({ project, featureViews }: Snapshot): Promise<void> {
    const views = featureViews.filter((view) => view.online);
    const pointers = await Promise.all(views.map((view) => this.options.online.readPointer(project, view.id)));
    for (const [index, view] of views.entries()) await this.ensureOnline(project, view, pointers[index]);
  }

  private async ensureOnline(project: string, view: FeatureViewSpec, pointer: ViewPointer | undefined): Promise<void> {
    if (pointer?.viewVersion === view.version) {
      this.asked.delete(view.id);
      return;
    }
    if (!this.isDue(view)) return;
    const payload = { project, viewId: view.id, view: view.name, mode: 'incremental', requestedBy: 'serving' } as const;
    const { joined } = await this.options.queue.enqueue('materialize-view', payload);
    if (!joined)
      this.options.logger.info(
        { view: view.name, version: view.version, online: pointer?.viewVersion ?? null },
        'view is not online; asked for it',
      );
  }

  /** A view whose runs fail is asked for less and less often. */
  private isDue({ id, version }: FeatureViewSpec): boolean {
    const known = this.asked.get(id);
    if (known === undefined || known.version !== version) {
      this.asked.set(id, { version, skip: 1, wait: 1 });
      return true;
    }
    if (known.skip-- > 0) return false;
    known.wait = Math.min(known.wait * 2, MAX_SKIPPED);
    known.skip = known.wait;
    return true;
  }
}
