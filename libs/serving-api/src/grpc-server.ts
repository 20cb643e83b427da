import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescService } from '@bufbuild/protobuf';
import type {
  sendUnaryData,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { Metadata, Server, ServerCredentials, status as grpcStatus } from '@grpc/grpc-js';
import { ERROR_CODES, LarderError } from '@larder/registry';
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthCheckResponseSchema,
} from './gen/grpc/health/v1/health_pb.js';
import { encodeFeastInfo } from './feast-messages.js';
import { ServingService as FeastServingService } from './gen/feast/serving/ServingService_pb.js';
import { ServingService } from './gen/larder/serving/v1/serving_pb.js';
import { REFLECTION_SERVICES, reflectionImplementation } from './grpc-reflection.js';
import { encodeWarning, WARNING_HEADER } from './warnings.js';

/** A call as its handler sees it. Everything is looked up only when it is asked for. */
export interface ServingCall {
  /** When the caller stops waiting (milliseconds since the epoch), or undefined. */
  readonly deadlineMillis: number | undefined;
  /** What the caller calls itself, or undefined. */
  readonly userAgent: string | undefined;
  /** Sends warnings ahead of the answer; at most once. */
  warn(texts: readonly string[]): void;
}

/** What a server does with the bytes of a call; it returns the bytes of the answer. */
export interface ServingHandlers {
  getOnlineFeatures(request: Buffer, call: ServingCall): Promise<Buffer>;
  /** The same read in the contract of Feast's clients. */
  getFeastOnlineFeatures(request: Buffer, call: ServingCall): Promise<Buffer>;
  /** Whether the server is ready to serve. */
  isServing(): boolean;
  /** Told of every error before it is translated; logs what the caller must not see. */
  onError(error: LarderError, call: string): void;
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no new calls and resolves when those under way have ended; cuts them when `deadline` aborts. */
  close(deadline?: AbortSignal): Promise<void>;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** The release whose contract is spoken. */
const FEAST_RELEASE = '0.66.0';

/** Opens the serving and health services on one port; 0 = any free one. UNAVAILABLE when the port is taken. */
export async function openGrpcServer(options: {
  readonly host: string;
  readonly port: number;
  readonly handlers: ServingHandlers;
}): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': -1,
  });
  server.addService(rawServiceDefinition(ServingService), servingImplementation(options.handlers));
  server.addService(rawServiceDefinition(FeastServingService), feastImplementation(options.handlers));
  server.addService(rawServiceDefinition(Health), healthImplementation(options.handlers));
  const reflection = reflectionImplementation([ServingService, FeastServingService, Health]);
  for (const service of REFLECTION_SERVICES) server.addService(rawServiceDefinition(service), reflection);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${options.host}:${options.port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else
        reject(
          new LarderError(
            'UNAVAILABLE',
            `cannot listen on ${options.host}:${options.port}: ${error.message}`,
            {},
            { cause: error },
          ),
        );
    });
  });
  return { port, close: (deadline) => closeServer(server, deadline) };
}

/** A generated service as a grpc-js definition whose messages stay bytes. */
export function rawServiceDefinition(service: DescService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => [
      method.name,
      {
        path: `/${service.typeName}/${method.name}`,
        requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
        responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
        requestSerialize: asBuffer,
        requestDeserialize: same,
        responseSerialize: asBuffer,
        responseDeserialize: same,
      },
    ]),
  );
}

type Unary = (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => void;

function servingImplementation(handlers: ServingHandlers): UntypedServiceImplementation {
  const read: Unary = (call, callback) => {
    handlers.getOnlineFeatures(call.request, new UnaryCall(call)).then(
      (response) => callback(null, response),
      (error: unknown) => callback(grpcError(error, 'GetOnlineFeatures', handlers)),
    );
  };
  return { GetOnlineFeatures: read };
}

function feastImplementation(handlers: ServingHandlers): UntypedServiceImplementation {
  const info: Unary = (_call, callback) => callback(null, encodeFeastInfo(FEAST_RELEASE));
  const read: Unary = (call, callback) => {
    handlers.getFeastOnlineFeatures(call.request, new UnaryCall(call)).then(
      (response) => callback(null, response),
      (error: unknown) => callback(grpcError(error, 'feast GetOnlineFeatures', handlers)),
    );
  };
  return { GetFeastServingInfo: info, GetOnlineFeatures: read };
}

function healthImplementation(handlers: ServingHandlers): UntypedServiceImplementation {
  const answer = (request: Buffer): Buffer => {
    const { service } = fromBinary(HealthCheckRequestSchema, request);
    if (service !== '' && service !== ServingService.typeName)
      throw new LarderError('NOT_FOUND', `unknown service ${service}`);
    return Buffer.from(
      toBinary(
        HealthCheckResponseSchema,
        create(HealthCheckResponseSchema, {
          status: handlers.isServing() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING,
        }),
      ),
    );
  };
  return {
    Check: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      try {
        callback(null, answer(call.request));
      } catch (error) {
        callback(grpcError(error, 'Health/Check', handlers));
      }
    },
    Watch: (call: ServerWritableStream<Buffer, Buffer>) => watchHealth(call, () => answer(call.request)),
  };
}

const WATCH_INTERVAL_MS = 1000;

function watchHealth(call: ServerWritableStream<Buffer, Buffer>, answer: () => Buffer): void {
  let last: Buffer | undefined;
  const report = (): void => {
    const now = answer();
    if (last?.equals(now) !== true) call.write(now);
    last = now;
  };
  report();
  const timer = setInterval(report, WATCH_INTERVAL_MS);
  call.on('cancelled', () => clearInterval(timer));
  call.on('close', () => clearInterval(timer));
}

class UnaryCall implements ServingCall {
  constructor(private readonly call: ServerUnaryCall<Buffer, Buffer>) {}

  get deadlineMillis(): number | undefined {
    const deadline = this.call.getDeadline();
    const millis = typeof deadline === 'number' ? deadline : deadline.getTime();
    return Number.isFinite(millis) ? millis : undefined;
  }

  get userAgent(): string | undefined {
    const [userAgent] = this.call.metadata.get('user-agent');
    return typeof userAgent === 'string' ? userAgent : undefined;
  }

  warn(texts: readonly string[]): void {
    const metadata = new Metadata();
    for (const text of texts) metadata.add(WARNING_HEADER, encodeWarning(text));
    this.call.sendMetadata(metadata);
  }
}

function grpcError(error: unknown, call: string, handlers: ServingHandlers): { code: number; details: string } {
  const known = LarderError.from(error);
  handlers.onError(known, call);
  return { code: ERROR_CODES[known.code].grpc ?? grpcStatus.INTERNAL, details: known.message };
}

async function closeServer(server: Server, deadline: AbortSignal | undefined): Promise<void> {
  const cut = (): void => server.forceShutdown();
  if (deadline?.aborted === true) return cut();
  deadline?.addEventListener('abort', cut, { once: true });
  await new Promise<void>((resolve) => {
    deadline?.addEventListener('abort', () => resolve(), { once: true });
    server.tryShutdown(() => resolve());
  });
  deadline?.removeEventListener('abort', cut);
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}
