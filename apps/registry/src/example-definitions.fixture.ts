import type { Definitions } from '@larder/registry';
import {
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
import type { RegistryConfig } from './config.js';

export interface ExampleOptions {
  /** Changes what the view computes. */
  readonly window?: '7d' | '30d';
  /** Changes a view's description, and nothing that it computes. */
  readonly description?: string;
  /** Leaves the second view out. */
  readonly withoutProfile?: boolean;
  /** Refuses the second view's retirement. */
  readonly protectProfile?: boolean;
  /** Adds a view of this name. */
  readonly extraView?: string;
}

/** A small project: two views of one entity, and a service. */
export function exampleDefinitions(project: string, options: ExampleOptions = {}): Definitions {
  const user = entity('user', { joinKeys: { user_id: string() } });
  const events = parquet('data/events/*.parquet', {
    name: 'events',
    eventTime: 'event_timestamp',
    createdTime: 'ingested_at',
  });
  const activity = featureView('activity', {
    entities: [user],
    source: events,
    features: { events_recent: count({ window: options.window ?? '30d', default: 0 }) },
    cadence: every('1h'),
    owner: 'growth',
    description: options.description ?? 'What users did',
  });
  const profile = featureView('profile', {
    entities: [user],
    source: events,
    features: { age: int64({ description: 'In years' }), score: float64() },
    cadence: every('1d'),
    ...(options.protectProfile === true ? { protect: true } : {}),
  });
  const extra = (name: string) =>
    featureView(name, {
      entities: [user],
      source: events,
      features: { [`${name}_rank`]: float64() },
      cadence: every('1d'),
    });
  const objects = [featureService('ranker', options.withoutProfile === true ? [activity] : [activity, profile])];
  return compileDefinitions({
    project,
    objects: [...objects, ...(options.extraView === undefined ? [] : [extra(options.extraView)])],
  });
}

/** One view as a repository of its own has it: it brings its entity and its source along. */
export function onlyExtraView(project: string, name: string): Definitions {
  const all = exampleDefinitions(project, { extraView: name });
  return { ...all, featureViews: all.featureViews.filter((view) => view.name === name), featureServices: [] };
}

/** A configuration for tests: nothing is kept, ports are free ones. */
export function testConfig(changes: Partial<RegistryConfig> = {}): RegistryConfig {
  return {
    logLevel: 'silent',
    httpHost: '127.0.0.1',
    httpPort: 0,
    drainSeconds: 1,
    fixedNow: undefined,
    databaseUrl: undefined,
    dataDirectory: 'memory:',
    offlineUrl: undefined,
    ...changes,
  };
}
