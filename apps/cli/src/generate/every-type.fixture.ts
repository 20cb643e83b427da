import type { Snapshot } from '@larder/registry';
import {
  alias,
  bool,
  buildSnapshot,
  bytes,
  compileDefinitions,
  date,
  decimal,
  entity,
  every,
  featureService,
  featureView,
  float32,
  float64,
  int32,
  int64,
  json,
  list,
  parquet,
  string,
  timestamp,
} from '@larder/registry';

export interface EveryTypeOptions {
  /** True: `views` is a float. */
  readonly isRetyped?: boolean;
  readonly version?: number;
}

/** A snapshot with a feature of every type, names that Python keeps for itself, a deprecated feature, and a service that needs full names. */
export function everyTypeSnapshot({ isRetyped = false, version = 7 }: EveryTypeOptions = {}): Snapshot {
  const user = entity('user', { joinKeys: { user_id: string(), day: date() } });
  const source = parquet('a.parquet', { eventTime: 'event_time' });
  const all = featureView('all_types', {
    entities: [user],
    source,
    features: {
      views: isRetyped ? float64() : int64({ description: 'how often; "quoted" */ and \\ escaped' }),
      class: bool({ description: 'a word that Python keeps' }),
      small: int32(),
      single: float32(),
      genre: string({ deprecated: { after: '2026-12-31', successor: 'all_types:views' } }),
      raw: bytes(),
      seen: timestamp(),
      born: date(),
      price: decimal(),
      document: json(),
      names: list(string()),
      times: list(timestamp()),
    },
    cadence: every('1h'),
  });
  const airport = entity('airport', { joinKeys: { code: int64() } });
  const delays = featureView('delays', {
    entities: [airport],
    source,
    features: { mean: float64() },
    cadence: every('1h'),
  });
  const { snapshot } = buildSnapshot(
    compileDefinitions({
      project: 'types',
      objects: [
        featureService('every_type', [all], { description: 'Everything there is.' }),
        featureService('route', [
          alias(delays, 'origin', { joinKeys: { code: 'from' } }),
          alias(delays, 'destination', { joinKeys: { code: 'to' } }),
        ]),
      ],
    }),
    undefined,
  );
  return { ...snapshot, version };
}
