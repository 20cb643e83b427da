export { checkFeatures, openFeatureChecker } from './feature-checker.js';
export type { FeatureChecker } from './feature-checker.js';
export { differenceText, expectFeatures, keysText } from './expect-features.js';
export { parseFeatureCase } from './parse-feature-cases.js';
export type { CaseDefinitions, CaseRow, CaseValue, Difference, Expectation, FeatureCase } from './feature-case.js';
