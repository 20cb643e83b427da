import { jsonOf } from './case-values.js';
import type { CaseDefinitions, Difference, FeatureCase } from './feature-case.js';
import { checkFeatures } from './feature-checker.js';

/** `checkFeatures` for a test runner (jest, vitest, node:test): throws an error that shows every difference. */
export async function expectFeatures(input: CaseDefinitions & FeatureCase): Promise<void> {
  const differences = await checkFeatures(input);
  if (differences.length === 0) return;
  const title = input.name === undefined ? '' : `${input.name}: `;
  throw new Error(`${title}features are not as expected\n${differences.map(differenceText).join('\n')}`);
}

/** `watch_activity:watch_count_30d of user_id=8a2f at 2026-05-07T22:00:00Z: expected 47, got 46` */
export function differenceText({ feature, keys, at, expected, got }: Difference): string {
  return `  ${feature} of ${keysText(keys)} at ${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
}

/** `origin=SFO,destination=LAX` */
export function keysText(keys: Difference['keys']): string {
  return Object.entries(keys)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(jsonOf(value))}`)
    .join(',');
}
