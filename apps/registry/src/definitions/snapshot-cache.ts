import type { Snapshot } from '@larder/registry';

/** Snapshots by what they are made of: a version's text never changes, so that what was parsed once stays right for ever. */
export class SnapshotCache {
  private readonly entries = new Map<string, { readonly snapshot: Snapshot; readonly characters: number }>();
  private characters = 0;

  /** `maxCharacters`: of the texts of all that are kept; those not asked for the longest go first. */
  constructor(private readonly maxCharacters: number) {}

  get(key: string): Snapshot | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.snapshot;
  }

  set(key: string, snapshot: Snapshot, characters: number): void {
    this.remove(key);
    this.entries.set(key, { snapshot, characters });
    this.characters += characters;
    for (const oldest of this.entries.keys()) {
      if (this.characters <= this.maxCharacters) break;
      this.remove(oldest);
    }
  }

  private remove(key: string): void {
    this.characters -= this.entries.get(key)?.characters ?? 0;
    this.entries.delete(key);
  }
}
