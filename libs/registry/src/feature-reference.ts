import { LarderError } from './larder-error.js';
import { shownName } from './nearest.js';

/** `view:feature`. */
export interface FeatureReference {
  readonly view: string;
  readonly feature: string;
}

/** Splits `view:feature` at the first colon; INVALID_ARGUMENT when there is none or a side is empty. */
export function parseFeatureReference(text: string): FeatureReference {
  const at = text.indexOf(':');
  if (at <= 0 || at === text.length - 1) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `not a feature reference: ${JSON.stringify(shownName(text))}; expected view:feature`,
    );
  }
  return { view: text.slice(0, at), feature: text.slice(at + 1) };
}

/** The long name in results and training sets: `view__feature`. */
export function fullFeatureName(alias: string, feature: string): string {
  return `${alias}__${feature}`;
}
