import type { Problem } from './larder-error.js';
import { duplicates, lookalikes, problemWithProjectName } from './names.js';
import type { Definitions } from './snapshot.js';
import { validateDescribed } from './validate-described.js';
import { validateEntity } from './validate-entity.js';
import { validateFeatureView } from './validate-feature-view.js';
import { validateLikeness } from './validate-likeness.js';
import { validateSource } from './validate-source.js';
import { validateService } from './validate-service.js';
import type { BrokenNames, ValidationScope } from './validation-scope.js';
import { createValidationScope, NOTHING_BROKEN } from './validation-scope.js';

const NOT_REGISTERED: ReadonlySet<string> = new Set();

const SECTIONS = ['entities', 'sources', 'featureViews', 'featureServices'] as const;

/**
 * Every problem of compiled definitions that can be seen without looking at data; empty when they are sound. The shape is
 * taken for granted: `parseDefinitions` checks it. References to `broken` names are not reported. Of two views that are alike, the one that
 * is not among the `registered` ones is reported.
 */
export function validateDefinitions(
  definitions: Definitions,
  broken: BrokenNames = NOTHING_BROKEN,
  registered: ReadonlySet<string> = NOT_REGISTERED,
): Problem[] {
  const problems: Problem[] = [];
  const scope = createValidationScope(definitions, broken, problems);
  scope.report('project', problemWithProjectName(definitions.project));
  for (const section of SECTIONS) validateUniqueness(scope, section, definitions);
  for (const each of definitions.entities) validateEntity(scope, each);
  for (const each of definitions.sources) validateSource(scope, each);
  for (const each of definitions.featureViews) validateFeatureView(scope, each);
  for (const each of definitions.featureServices) validateService(scope, each);
  validateDescribed(scope, definitions);
  validateLikeness(scope, definitions, registered);
  return problems;
}

function validateUniqueness(
  { report }: ValidationScope,
  section: (typeof SECTIONS)[number],
  definitions: Definitions,
): void {
  const names = definitions[section].map((each) => each.name);
  for (const name of duplicates(names)) report(`${section}.${name}`, 'is defined twice; names are unique in a project');
  for (const [first, second] of lookalikes(names)) {
    report(`${section}.${second}`, `differs from ${first} only by underscores; give one of them another name`);
  }
}
