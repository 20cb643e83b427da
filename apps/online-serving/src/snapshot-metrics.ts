import type { Clock } from '@larder/registry';
import type { ProjectWatches, SnapshotWatch } from '@larder/registry-client';
import type { Metrics } from '@larder/service-runtime';

type Figure = (watch: SnapshotWatch) => number | undefined;

/** The state of each project's snapshot, looked at when the metrics are read. */
export function addSnapshotMetrics(metrics: Metrics, watches: ProjectWatches, clock: Clock): void {
  const startedAt = clock.now();
  const add = (name: string, help: string, figure: Figure): void => {
    metrics.gauge<'project'>({
      name,
      help,
      labels: ['project'],
      collect: (gauge) => {
        gauge.reset();
        for (const project of watches.names()) {
          const watch = watches.find(project);
          const value = watch === undefined ? undefined : figure(watch);
          if (value !== undefined) gauge.set({ project }, value);
        }
      },
    });
  };
  add(
    'larder_serving_snapshot_age_seconds',
    'Seconds since the registry last confirmed the snapshot; since the start of the service while it has not.',
    (watch) => Math.max(0, Number(clock.now() - (watch.lastContact() ?? startedAt)) / 1e6),
  );
  add(
    'larder_serving_snapshot_version',
    'Version of the snapshot that is served.',
    (watch) => watch.current()?.version,
  );
  add(
    'larder_serving_snapshot_from_disk',
    '1 while the snapshot is only known from the file of an earlier run, else 0.',
    (watch) => (watch.current() === undefined ? undefined : Number(watch.source() === 'disk')),
  );
}
