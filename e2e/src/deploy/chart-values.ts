import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { chartPath } from './helm.js';
import type { DeployedApp } from './workspace-paths.js';

const appSchema = z.looseObject({
  properties: z.looseObject({ settings: z.object({ properties: z.record(z.string(), z.unknown()) }).loose() }),
});
const valuesSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });

/** The key of an app in the chart's values. */
export function valuesKey(app: DeployedApp): string {
  return app.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** The variables of an app that the chart has no value of their own for but takes under `settings`. */
export function furtherSettings(app: DeployedApp): string[] {
  const schema = valuesSchema.parse(JSON.parse(readFileSync(`${chartPath}/values.schema.json`, 'utf8')));
  return Object.keys(appSchema.parse(schema.properties[valuesKey(app)]).properties.settings.properties);
}
