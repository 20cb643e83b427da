// The sources of the canary workspace: each breaks one rule, or none.

/** Owners of npm packages there. */
export const CANARY_OWNERS = { ioredis: ['libs/canary-store'], zod: ['*'] };

/** @type {[folder: string, layer: string, dependencies: string[]][]} */
export const CANARY_PROJECTS = [
  ['libs/canary-rules', 'domain', []],
  ['libs/canary-runtime', 'runtime', ['@larder/canary-rules']],
  ['libs/canary-store', 'adapter', ['@larder/canary-rules', '@larder/canary-runtime', 'ioredis']],
  ['libs/canary-queue', 'adapter', ['@larder/canary-rules', '@larder/canary-testing', 'ioredis']],
  ['libs/canary-sink', 'adapter', []],
  ['libs/canary-testing', 'testing', []],
  ['apps/canary-reader', 'app', ['@larder/canary-store', '@larder/canary-writer']],
  ['apps/canary-writer', 'app', ['@larder/canary-runtime']],
  ['apps/canary-root', 'app', []],
  ['examples/canary-story', 'example', ['@larder/canary-runtime']],
];

/**
 * Which check must report what: the rule's word in the report on the file.
 * @typedef {[check: 'layers' | 'sources' | 'lint', file: string, rule: string, text: string]} CanaryViolation
 * @type {CanaryViolation[]}
 */
export const CANARY_VIOLATIONS = [
  ['layers', 'libs/canary-store/src/adapter-to-adapter.ts', 'layer:adapter', "import '@larder/canary-queue';"],
  ['layers', 'apps/canary-reader/src/app-to-app.ts', 'layer:app', "import '@larder/canary-writer';"],
  ['layers', 'libs/canary-rules/src/domain-to-adapter.ts', 'layer:domain', "import '@larder/canary-sink';"],
  ['layers', 'libs/canary-runtime/src/runtime-to-app.ts', 'layer:runtime', "import '@larder/canary-root';"],
  ['layers', 'libs/canary-testing/src/to-domain.ts', 'layer:testing', "import '@larder/canary-rules';"],
  ['layers', 'examples/canary-story/src/to-runtime.ts', 'layer:example', "import '@larder/canary-runtime';"],
  ['sources', 'libs/canary-rules/src/reads-files.ts', 'impure', "import 'node:fs';"],
  ['sources', 'libs/canary-rules/src/reads-clock.ts', 'impure', 'export const now = Date.now();'],
  ['sources', 'libs/canary-rules/src/reads-date.ts', 'impure', 'export const now = new Date();'],
  ['sources', 'libs/canary-store/src/reads-environment.ts', 'environment', 'export const { env } = process;'],
  ['sources', 'libs/canary-queue/src/foreign-package.ts', 'package-owner', "import 'ioredis';"],
  ['sources', 'libs/canary-queue/src/unowned-package.ts', 'no owner', "export * from 'left-pad';"],
  ['sources', 'libs/canary-queue/src/undeclared-package.ts', 'undeclared', "import type { ZodType } from 'zod';"],
  ['sources', 'libs/canary-queue/src/undeclared-project.ts', 'undeclared', "import '@larder/canary-runtime';"],
  ['sources', 'libs/canary-queue/src/deep.ts', 'deep-import', "await import('@larder/canary-rules/src/index.ts');"],
  ['sources', 'libs/canary-queue/src/path.ts', 'deep-import', "import '../../canary-rules/src/index.js';"],
  ['sources', 'libs/canary-queue/src/testing.ts', 'testing-in-source', "import '@larder/canary-testing';"],
  ['sources', 'libs/canary-queue/src/assertion.ts', 'double-assertion', 'export const a = 1 as unknown as string;'],
  ['lint', 'libs/canary-sink/src/any.ts', 'no-explicit-any', 'export const a: any = 1;'],
  ['lint', 'libs/canary-sink/src/floating.ts', 'no-floating-promises', 'Promise.resolve(1);'],
  ['lint', 'libs/canary-sink/src/unused.ts', 'no-unused-vars', 'const a = 1; export {};'],
  [
    'lint',
    'libs/canary-sink/src/cycle-one.ts',
    'no-cycle',
    "import { two } from './cycle-two.js'; export const one = () => two;",
  ],
  [
    'lint',
    'libs/canary-sink/src/cycle-two.ts',
    'no-cycle',
    "import { one } from './cycle-one.js'; export const two = () => one;",
  ],
];

/** Sources that break nothing: a check that reports one of them is wrong as well. */
export const CANARY_LEGAL = {
  'libs/canary-store/src/legal.ts':
    "import 'ioredis'; import '@larder/canary-runtime'; import 'node:fs'; export const now = Date.now();",
  'libs/canary-queue/src/legal.spec.ts':
    "import '@larder/canary-testing'; export const url = process.env['REDIS_URL'];",
  'libs/canary-rules/src/legal.ts': 'export const epoch = new Date(0);',
  'apps/canary-reader/src/main.ts': "import '@larder/canary-store'; export const { env } = process;",
};
