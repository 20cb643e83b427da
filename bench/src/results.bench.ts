/** Not a bench: writes bench/RESULTS.md from the results that are kept. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from './lib/report.js';
import { resultsPage } from './lib/results-page.js';
import { RESULTS_FOLDER } from './lib/run-bench.js';

const PAGE = 'bench/RESULTS.md';

const files = existsSync(RESULTS_FOLDER) ? readdirSync(RESULTS_FOLDER).filter((file) => file.endsWith('.json')) : [];
const results = files.sort().map((file) => JSON.parse(readFileSync(join(RESULTS_FOLDER, file), 'utf8')) as BenchResult);
writeFileSync(PAGE, resultsPage(results));
process.stdout.write(`${PAGE}: ${results.length} benches\n`);
