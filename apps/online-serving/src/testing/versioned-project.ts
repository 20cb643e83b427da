import type { FeatureValue, FeatureViewSpec, Snapshot, ViewVersion } from '@larder/registry';
import {
  buildSnapshot,
  compileDefinitions,
  count,
  entity,
  every,
  featureService,
  featureView,
  float64,
  int64,
  parquet,
  string,
} from '@larder/registry';
import type { OnlineStore } from '@larder/online-store';
import { encodeEntityKey, encodeRow } from '@larder/row-format';
import { now } from './serving-fixture.js';

/**
 * A project in two forms. `profile`: a feature renamed, one retyped, one gone, one new. `counts`: another window, nothing else to be
 * seen. `trips`: another entity, and so another key. Values of form 2 are those of form 1 plus 1,000.
 */
export type Form = 1 | 2;

export const USERS = ['ann', 'bob', 'cid', 'dee'] as const;

const events = parquet('data/*.parquet', { name: 'events', eventTime: 'ts' });
const user = entity('user', { joinKeys: { user_id: string() } });
const device = entity('device', { joinKeys: { device_id: int64() } });

function definitions(form: Form) {
  const common = { source: events, cadence: every('1h') };
  const profile = featureView('profile', {
    ...common,
    entities: [user],
    features:
      form === 1
        ? { segment: string(), score: float64(), old_only: string(), kept: int64() }
        : { kept: int64(), tier: string(), score: int64(), new_only: string() },
  });
  const window = form === 1 ? '30d' : '7d';
  const counts = featureView('counts', { ...common, entities: [user], features: { views: count({ window }) } });
  const entities = form === 1 ? [user] : [device];
  const trips = featureView('trips', { ...common, entities, features: { trips: count({ window: '1d' }) } });
  return compileDefinitions({
    project: 'test',
    objects: [featureService('everything', [profile, counts]), featureService('travel', [trips])],
  });
}

/** What the registry does with one apply after another; `live` is never known to it, as between two runs. */
export class VersionedProject {
  private versions: readonly ViewVersion[] = [];
  private current: Snapshot | undefined;

  apply(form: Form): Snapshot {
    const { snapshot, newVersions } = buildSnapshot(definitions(form), this.current, { versions: this.versions });
    this.versions = [...this.versions, ...newVersions];
    this.current = snapshot;
    return snapshot;
  }
}

/** The values of a user in the stored order of `profile`. */
export function profileValues(form: Form, index: number): FeatureValue[] {
  return form === 1
    ? [`segment ${index}`, index + 0.5, `old ${index}`, BigInt(index)]
    : [BigInt(1000 + index), `tier ${index}`, BigInt(1000 + index), `new ${index}`];
}

export function countValue(form: Form, index: number): bigint {
  return BigInt((form === 1 ? 0 : 1000) + index);
}

/** Writes a generation of each view in the versions of `snapshot`, which must be of this form, and then switches one after the other. */
export async function materialize(
  store: OnlineStore,
  { snapshot, form, generation }: { readonly snapshot: Snapshot; readonly form: Form; readonly generation: number },
): Promise<void> {
  for (const view of snapshot.featureViews) {
    await writeRows(store, { project: snapshot.project, view, form, generation });
    const expected = await store.readPointer(snapshot.project, view.id);
    const next = { viewVersion: view.version, generation, epoch: `e${generation}` };
    await store.flipPointer({ project: snapshot.project, viewId: view.id, expected, next });
  }
}

async function writeRows(
  store: OnlineStore,
  { project, view, form, generation }: { project: string; view: FeatureViewSpec; form: Form; generation: number },
): Promise<void> {
  const writer = await store.openWriter({ project, viewId: view.id, generation, mode: 'fresh' });
  const times = { first: now, second: now, eventTimeMicros: now };
  for (const [index, name] of USERS.entries()) {
    const byDevice = view.entities.includes('device');
    const key = byDevice
      ? encodeEntityKey([{ name: 'device_id', type: 'int64' }], [BigInt(index)])
      : encodeEntityKey([{ name: 'user_id', type: 'string' }], [name]);
    const values = view.name === 'profile' ? profileValues(form, index) : [countValue(form, index)];
    writer.add(key, encodeRow(view, values, times));
  }
  await writer.finish();
}
