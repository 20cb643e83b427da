/** Set by `npm test`, which closes with the totals of the run. */
const totalsFile = process.env['LARDER_TEST_TOTALS_FILE'];

/** @type {import('jest').Config} */
export default {
  testMatch: ['**/*.spec.ts', '**/*.spec.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.larder/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.larder/', '<rootDir>/.nx/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  testEnvironmentOptions: { customExportConditions: ['@larder/source', 'node', 'node-addons'] },
  reporters:
    totalsFile === undefined
      ? ['default']
      : ['default', ['<rootDir>/scripts/jest-totals-reporter.mjs', { file: totalsFile }]],
  maxWorkers: 2,
  testTimeout: 60_000,
};
