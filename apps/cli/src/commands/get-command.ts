import type { FeatureSelection, FeatureValue } from '@larder/registry';
import { formatInstant, LarderError, requiredJoinKeys, resolveFeatures } from '@larder/registry';
import { LarderClient } from '@larder/client';
import type { JoinKeys, OnlineFeatures } from '@larder/client';
import type { CliContext } from '../context.js';
import { parseKeyArgument, typedKeys } from '../join-key-arguments.js';
import { onlyProject } from '../only-project.js';
import { tableText } from '../table.js';
import { present, styled } from '../terminal.js';

export interface GetOptions {
  readonly service?: string;
  readonly features?: readonly string[];
  readonly fullNames?: boolean;
  readonly timeoutMs: number;
}

/** `larder get user_id=8a2f …`: the newest values, as an application would read them over gRPC. */
export async function getCommand(
  context: CliContext,
  entities: readonly string[],
  options: GetOptions,
): Promise<number> {
  const project = await onlyProject(context);
  const snapshot = await context.registry.snapshot(project);
  const selection = selectionOf(
    options,
    snapshot.featureServices.map((each) => each.name),
  );
  const fullFeatureNames = options.fullNames === true;
  const keys = typedKeys(
    entities.map(parseKeyArgument),
    requiredJoinKeys(resolveFeatures(snapshot, selection, { fullFeatureNames })),
  );
  const client = new LarderClient({
    address: context.addresses.serving,
    project,
    timeoutMs: options.timeoutMs,
    application: 'larder-cli',
    onWarning: (text) => {
      context.terminal.stderr.write(`${styled(context.terminal.stderr, 'yellow', 'warning')} ${text}\n`);
    },
  });
  try {
    const rows = await client.read(selection, keys as readonly JoinKeys[], { fullFeatureNames });
    present(
      context.terminal,
      rows.map((row, index) => ({ keys: keys[index], ...row })),
      () => rowsText(context, entities, rows),
    );
    return 0;
  } finally {
    client.close();
  }
}

/** A service by name, features by reference, or the project's only service. */
export function selectionOf(
  options: Pick<GetOptions, 'service' | 'features'>,
  services: readonly string[],
): FeatureSelection {
  if (options.features !== undefined && options.service !== undefined)
    throw new LarderError('INVALID_ARGUMENT', 'expected --service or --features, not both');
  if (options.features !== undefined) return { features: options.features };
  if (options.service !== undefined) return { featureService: options.service };
  const [only, ...others] = services;
  if (only !== undefined && others.length === 0) return { featureService: only };
  throw new LarderError(
    'INVALID_ARGUMENT',
    `expected --service (${services.join(', ') || 'there is none'}) or --features view:feature …`,
  );
}

function rowsText(
  context: CliContext,
  entities: readonly string[],
  rows: readonly OnlineFeatures<Readonly<Record<string, unknown>>>[],
): string {
  return rows
    .map((row, index) => {
      const lines = Object.entries(row.features).map(([name, value]) => {
        const time = row.eventTimes[name];
        return [
          name,
          shownValue(value as FeatureValue),
          row.statuses[name] ?? '',
          time === null || time === undefined ? '' : formatInstant(time),
        ];
      });
      return `${styled(context.terminal.stdout, 'cyan', entities[index] ?? '')}\n${tableText(context.terminal, ['FEATURE', 'VALUE', 'STATUS', 'EVENT TIME'], lines)}`;
    })
    .join('\n\n');
}

/** A value for people: null as `null`, bytes as base64. */
export function shownValue(value: FeatureValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'object'
    ? JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? each.toString() : each))
    : String(value);
}
