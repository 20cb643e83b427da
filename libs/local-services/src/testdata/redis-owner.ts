// Opens a Redis, prints where it is as one line of JSON, and stays until it is killed.
import { openLocalRedis } from '../index.js';

const redis = await openLocalRedis();
if (redis.kind === 'unavailable') throw new Error(redis.reason);
process.stdout.write(`${JSON.stringify({ url: redis.url, pid: redis.pid })}\n`);
setInterval(() => undefined, 60_000);
