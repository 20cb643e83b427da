import type { LiveVersions } from '@larder/registry';

/** What the pointers of one project's views said last: which version of each view the online store holds. */
export class LivePointers {
  private readonly versions = new Map<number, number>();

  readonly versionOf: LiveVersions = (viewId) => this.versions.get(viewId);

  /** Takes down what a pointer says; true when that is news. */
  note(viewId: number, viewVersion: number): boolean {
    if (this.versions.get(viewId) === viewVersion) return false;
    this.versions.set(viewId, viewVersion);
    return true;
  }
}
