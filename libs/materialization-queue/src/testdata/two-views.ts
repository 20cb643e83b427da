import type { Cadence, FeatureViewSpec, Snapshot } from '@larder/registry';

function view(id: number, name: string, cadence: Cadence): FeatureViewSpec {
  return {
    id, name, version: 1, entities: ['user'], source: 'rides', computation: 'columns', cadence,
    features: [{ name: 'trips', type: 'int64', compute: { kind: 'column', column: 'trips' } }],
    accuracy: 'temporal', delaySeconds: 0, online: true, onStale: 'flag',
  };
}

/** A project with an hourly view, one at five in Paris, and one that is not online. */
export const twoViews: Snapshot = {
  formatVersion: 1,
  version: 1,
  project: 'demo',
  entities: [{ name: 'user', joinKeys: [{ name: 'user_id', type: 'string' }] }],
  sources: [{ kind: 'parquet', name: 'rides', path: 'rides/*.parquet', eventTime: 'at' }],
  featureViews: [
    view(1, 'hourly', { kind: 'every', seconds: 3600 }),
    view(2, 'at_five', { kind: 'cron', expression: '0 5 * * *', timeZone: 'Europe/Paris' }),
    { ...view(3, 'offline_only', { kind: 'every', seconds: 60 }), online: false },
  ],
  featureServices: [],
};

/** The same project with another cadence of one view. */
export function withCadence(snapshot: Snapshot, name: string, cadence: Cadence): Snapshot {
  return { ...snapshot, version: snapshot.version + 1, featureViews: snapshot.featureViews.map((each) => (each.name === name ? { ...each, cadence } : each)) };
}
