export { valueFromWire, valueToWire } from './wire-values.js';
export { parseReadRequest } from './parse-read-request.js';
export type { JoinKeyColumnValues, ReadRequest } from './parse-read-request.js';
export { openGrpcServer, rawServiceDefinition } from './grpc-server.js';
export type { GrpcServer, ServingHandlers } from './grpc-server.js';
export { decodeResponse, encodeResponseMetadata } from './messages.js';
export { createServingConnection } from './grpc-client.js';
export type { ServingConnection } from './grpc-client.js';
export {
  GetOnlineFeaturesRequestSchema,
  GetOnlineFeaturesResponseSchema,
  ServingService,
  Status,
} from './gen/larder/serving/v1/serving_pb.js';
export type {
  GetOnlineFeaturesRequest,
  GetOnlineFeaturesResponse,
  ViewRow,
} from './gen/larder/serving/v1/serving_pb.js';
export { ValueSchema } from './gen/larder/serving/v1/value_pb.js';
export type { Value } from './gen/larder/serving/v1/value_pb.js';
