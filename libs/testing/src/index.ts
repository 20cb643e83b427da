export { freePort } from '@larder/local-services';
export { fixedClock, type FixedClock } from './fixed-clock.js';
export { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';
export { startTestPostgres, type TestPostgres } from './test-postgres.js';
export { startTestRedis, type TestRedis } from './test-redis.js';
export { waitFor, type WaitOptions } from './wait-for.js';
