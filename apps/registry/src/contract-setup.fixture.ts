import { instantFromMicros } from '@larder/registry';
import { RegistryClient } from '@larder/registry-client';
import { Metrics, silentLogger } from '@larder/service-runtime';
import { fixedClock } from '@larder/testing';
import { openRegistryApp } from './app.js';
import type { RegistryApp } from './app.js';
import type { RegistryConfig } from './config.js';

/** 2026-05-07T22:00:00Z. */
const NOW = instantFromMicros(1_778_191_200_000_000n);
const OPEN_TIMEOUT_MS = 180_000;

/** A registry for the tests of one `describe`, opened before the first of them. */
export interface TestRegistry {
  readonly client: RegistryClient;
  readonly url: string;
  readonly clock: ReturnType<typeof fixedClock>;
  /** A name that no test has used. */
  newProject(): string;
}

/** Of this test file: its registries may share a database. */
let projects = 0;

/** Opens a registry around the tests of the current `describe`. */
export function registryForTests(config: () => RegistryConfig): TestRegistry {
  const clock = fixedClock(NOW);
  let app: RegistryApp | undefined;
  const url = (): string => {
    if (app === undefined) throw new Error('the registry is opened by the first test');
    return app.httpUrl;
  };
  beforeAll(async () => {
    app = await openRegistryApp({ config: config(), clock, logger: silentLogger(), metrics: new Metrics() });
  }, OPEN_TIMEOUT_MS);
  afterAll(() => app?.close());
  return {
    clock,
    get client() {
      return new RegistryClient({ url: url() });
    },
    get url() {
      return url();
    },
    newProject: () => `test-${++projects}`,
  };
}
