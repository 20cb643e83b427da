export { defaultCacheDirectory } from './environment.js';
export { findExecutable } from './find-executable.js';
export { freePort } from './free-port.js';
export { openLocalRedis, type LocalRedis, type LocalRedisOptions, type NoLocalRedis } from './local-redis.js';
export { runCommand, type CommandOptions } from './run-command.js';
export { openServerProcess, type ServerProcess, type ServerProcessOptions } from './server-process.js';
