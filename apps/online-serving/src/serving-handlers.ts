import type { LarderError } from '@larder/registry';
import type { Logger, Metrics } from '@larder/service-runtime';
import { decodeResponse, encodeFeastResponse, parseFeastRequest, parseReadRequest } from '@larder/serving-api';
import type { ReadRequest, ServingCall, ServingHandlers } from '@larder/serving-api';
import type { ConsumerCounts } from './consumer-counts.js';
import type { ReadService } from './read-service.js';

export interface ServingHandlersOptions {
  readonly reads: ReadService;
  readonly consumers: ConsumerCounts;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly isServing: () => boolean;
}

/** The calls of the gRPC server: reads with their metrics, errors logged where the caller must not see the cause. */
export function createServingHandlers(options: ServingHandlersOptions): ServingHandlers {
  const { reads, consumers, metrics, logger, isServing } = options;
  const seconds = metrics.histogram({
    name: 'larder_serving_read_seconds',
    help: 'Time of a gRPC read from request bytes to response bytes.',
  });
  const errors = metrics.counter({
    name: 'larder_serving_errors_total',
    help: 'Calls that ended with an error, by code.',
    labels: ['code'],
  });
  const read = async (request: ReadRequest, call: ServingCall): Promise<Buffer> => {
    const startedMs = performance.now();
    const { bytes, plan } = await reads.read(request, call.deadlineMillis);
    if (plan.warnings.length > 0) call.warn(plan.warnings);
    consumers.count(plan, call.userAgent);
    seconds.observe((performance.now() - startedMs) / 1000);
    return bytes;
  };
  return {
    getOnlineFeatures: async (request, call) => read(parseReadRequest(request), call),
    getFeastOnlineFeatures: async (bytes, call) => {
      const { entities, request } = parseFeastRequest(bytes);
      return encodeFeastResponse(entities, decodeResponse(await read(request, call)));
    },
    isServing,
    onError: (error: LarderError, call: string) => {
      errors.inc({ code: error.code });
      if (error.code === 'INTERNAL') logger.error({ call, err: error.cause ?? error }, 'a call failed');
      else logger.debug({ call, code: error.code }, error.message);
    },
  };
}
