import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { Client, credentials } from '@grpc/grpc-js';
import type { ErrorCode } from '@larder/registry';
import { ERROR_CODES, LarderError } from '@larder/registry';
import { decodeWarnings, WARNING_HEADER } from './warnings.js';
import type { GetOnlineFeaturesResponse } from './gen/larder/serving/v1/serving_pb.js';
import {
  GetOnlineFeaturesRequestSchema,
  GetOnlineFeaturesResponseSchema,
  ServingService,
} from './gen/larder/serving/v1/serving_pb.js';

/** A connection to a serving app that speaks messages; the SDK builds on it. */
export interface ServingConnection {
  /** Errors come back as LarderError with the server's code and message; no answer within `timeoutMs` is DEADLINE_EXCEEDED. */
  getOnlineFeatures(
    request: MessageInitShape<typeof GetOnlineFeaturesRequestSchema>,
    timeoutMs: number,
  ): Promise<GetOnlineFeaturesResponse>;
  close(): void;
}

const PATH = `/${ServingService.typeName}/${ServingService.method.getOnlineFeatures.name}`;

export interface ServingConnectionOptions {
  /** The caller's user agent, ahead of that of the transport: `checkout/1.2`. */
  readonly userAgent?: string;
  /** Told of the warnings of each answer that has any. */
  readonly onWarnings?: (texts: readonly string[]) => void;
}

/** Creates a connection to `host:port`; it connects with the first call and again whenever it was lost. */
export function createServingConnection(
  address: string,
  { userAgent, onWarnings }: ServingConnectionOptions = {},
): ServingConnection {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    ...(userAgent === undefined ? {} : { 'grpc.primary_user_agent': userAgent }),
  });
  return {
    getOnlineFeatures: (request, timeoutMs) =>
      new Promise((resolve, reject) => {
        const message = create(GetOnlineFeaturesRequestSchema, request);
        const call = client.makeUnaryRequest(
          PATH,
          (value: typeof message) => Buffer.from(toBinary(GetOnlineFeaturesRequestSchema, value)),
          (bytes: Buffer) => fromBinary(GetOnlineFeaturesResponseSchema, bytes),
          message,
          { deadline: Date.now() + timeoutMs },
          (error, response) => {
            if (error !== null || response === undefined) reject(fromServiceError(error, address));
            else resolve(response);
          },
        );
        if (onWarnings !== undefined) call.on('metadata', (metadata) => tellWarnings(metadata, onWarnings));
      }),
    close: () => client.close(),
  };
}

function tellWarnings(metadata: Metadata, onWarnings: (texts: readonly string[]) => void): void {
  const values = metadata.get(WARNING_HEADER);
  if (values.length > 0) onWarnings(values.flatMap((value) => decodeWarnings(value.toString())));
}

const CODES = new Map<number, ErrorCode>(
  Object.entries(ERROR_CODES).map(([code, { grpc }]) => [grpc, code as ErrorCode]),
);

function fromServiceError(error: ServiceError | null, address: string): LarderError {
  const code = CODES.get(error?.code ?? 13) ?? 'INTERNAL';
  return new LarderError(code, error?.details || `no answer from ${address}`, {}, { cause: error });
}
