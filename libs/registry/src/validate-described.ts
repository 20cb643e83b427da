import type { Definitions, Described, FeatureViewDefinition } from './snapshot.js';
import type { ValidationScope } from './validation-scope.js';

/** Deprecations and declared likenesses: they name a day and things that exist. */
export function validateDescribed(scope: ValidationScope, definitions: Definitions): void {
  const known = knownNames(definitions);
  for (const section of ['entities', 'sources', 'featureViews', 'featureServices'] as const) {
    for (const each of definitions[section]) {
      validateDeprecation(scope, `${section}.${each.name}`, { described: each, name: each.name, known });
    }
  }
  for (const view of definitions.featureViews) {
    validateSimilarTo(scope, view);
    for (const feature of view.features) {
      const name = `${view.name}:${feature.name}`;
      validateDeprecation(scope, `featureViews.${view.name}.features.${feature.name}`, {
        described: feature,
        name,
        known,
      });
    }
  }
}

interface Deprecated {
  readonly described: Described;
  readonly name: string;
  readonly known: ReadonlySet<string>;
}

function validateDeprecation({ report }: ValidationScope, path: string, { described, name, known }: Deprecated): void {
  const { deprecated } = described;
  if (deprecated === undefined) return;
  if (!isDay(deprecated.after)) report(`${path}.deprecated.after`, 'expected a day such as 2026-12-31');
  if (deprecated.successor === undefined) return;
  if (deprecated.successor === name) report(`${path}.deprecated.successor`, 'is the deprecated thing itself');
  else if (!known.has(deprecated.successor))
    report(
      `${path}.deprecated.successor`,
      `${deprecated.successor} is not registered; expected a name or view:feature`,
    );
}

function validateSimilarTo({ report, views }: ValidationScope, view: FeatureViewDefinition): void {
  for (const name of view.similarTo ?? []) {
    const path = `featureViews.${view.name}.similarTo`;
    report(path, name === view.name ? 'names the view itself' : views.problemWith(name));
  }
}

function knownNames({ entities, sources, featureViews, featureServices }: Definitions): ReadonlySet<string> {
  const objects = [...entities, ...sources, ...featureViews, ...featureServices].map((each) => each.name);
  return new Set([
    ...objects,
    ...featureViews.flatMap((view) => view.features.map((each) => `${view.name}:${each.name}`)),
  ]);
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
