// Proves that lint and the boundary checks still catch what they are for: each violation of the canary workspace must
// be reported, and nothing that is legal.
import { CANARY_LEGAL, CANARY_OWNERS, CANARY_VIOLATIONS } from '../boundaries/canary-violations.mjs';
import { withCanaryWorkspace } from '../boundaries/canary-workspace.mjs';
import { checkSources } from '../boundaries/check-sources.mjs';
import { checkLayers } from '../boundaries/nx-layers.mjs';
import { runLint } from './lint.mjs';

/** @type {import('../check.mjs').Check} */
export function checkCanary() {
  return withCanaryWorkspace(async (root) => {
    const [layers, lint] = await Promise.all([checkLayers(root), runLint(root)]);
    const reports = {
      layers: splitReports(layers.output),
      lint: splitReports(lint.output),
      sources: checkSources(root, CANARY_OWNERS).violations,
    };
    const problems = [...findMissed(reports), ...findUnjust([...reports.layers, ...reports.sources])];
    return { ok: problems.length === 0, output: problems.join('\n'), note: `${CANARY_VIOLATIONS.length} violations` };
  });
}

/**
 * Violations no report names.
 * @param {Record<import('../boundaries/canary-violations.mjs').CanaryViolation[0], string[]>} reports
 */
export function findMissed(reports) {
  return CANARY_VIOLATIONS.filter(
    ([check, file, rule]) => !reports[check].some((report) => report.includes(file) && report.includes(rule)),
  ).map(([check, file, rule]) => `not reported by the check of ${check}: ${file} (${rule})`);
}

/**
 * Reports on legal sources.
 * @param {string[]} reports
 */
function findUnjust(reports) {
  const legal = Object.keys(CANARY_LEGAL);
  return reports
    .filter((report) => legal.some((file) => report.includes(file)))
    .map((report) => `reported without cause: ${report}`);
}

/**
 * oxlint separates its reports by empty lines.
 * @param {string} output
 */
function splitReports(output) {
  return output.split(/\n\s*\n/);
}
