import { findExecutable } from '@larder/local-services';
import type { BenchContext } from '../lib/run-bench.js';
import { openGrpcJsLoad } from './grpc-js-load.js';
import { createH2load } from './h2load.js';
import type { LoadGenerator } from './load-generator.js';

/** h2load when it is on the PATH (Debian: nghttp2-client), else a grpc-js client process. */
export async function findLoadGenerator(context: BenchContext): Promise<LoadGenerator> {
  const h2load = await findExecutable('h2load');
  if (h2load !== undefined) return createH2load(h2load);
  context.onProgress('h2load is not on the PATH: load comes from a grpc-js client');
  return context.use(openGrpcJsLoad());
}
