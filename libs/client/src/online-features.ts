import type { FeatureValue, Instant } from '@larder/registry';
import type { GetOnlineFeaturesResponse } from '@larder/serving-api';
import { Status, valueFromWire } from '@larder/serving-api';

/** Why a value is what it is; see the table "online status" in docs/semantics.md. */
export type FeatureStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | 'UNAVAILABLE';

/** The newest values of one entity. `V` maps feature names to types; every value may be null, its status says why. */
export interface OnlineFeatures<V> {
  readonly features: V;
  readonly statuses: { readonly [P in keyof V]: FeatureStatus };
  /** When each value became true; null when there is no row. */
  readonly eventTimes: { readonly [P in keyof V]: Instant | null };
}

/** A response as one object per entity, in request order. `V` is what the caller's definitions say. */
export function onlineFeaturesFromResponse<V>(response: GetOnlineFeaturesResponse): OnlineFeatures<V>[] {
  const views = response.metadata?.views ?? [];
  return response.entities.map((entity) => {
    const features: Record<string, FeatureValue> = {};
    const statuses: Record<string, string> = {};
    const eventTimes: Record<string, bigint | null> = {};
    for (const [position, { featureNames }] of views.entries()) {
      const row = entity.views[position];
      for (const [index, name] of featureNames.entries()) {
        const value = row?.values[index];
        features[name] = value === undefined ? null : valueFromWire(value);
        statuses[name] = Status[row?.valueStatuses[index] ?? row?.status ?? Status.UNAVAILABLE] ?? 'UNAVAILABLE';
        eventTimes[name] = row?.eventTimeMicros ?? null;
      }
    }
    return { features, statuses, eventTimes } as OnlineFeatures<V>;
  });
}
