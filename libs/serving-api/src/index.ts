export { valueFromWire, valueToWire } from './wire-values.js';
export { parseReadRequest } from './parse-read-request.js';
export type { JoinKeyColumnValues, ReadRequest, WireValues } from './parse-read-request.js';
export { encodeFeastResponse, parseFeastRequest } from './feast-messages.js';
export type { FeastRead } from './feast-messages.js';
export { openGrpcServer, rawServiceDefinition } from './grpc-server.js';
export type { GrpcServer, ServingCall, ServingHandlers } from './grpc-server.js';
export { decodeResponse, encodeRequest, encodeResponseMetadata } from './messages.js';
export { decodeWarnings, encodeWarning, WARNING_HEADER } from './warnings.js';
export { createServingConnection } from './grpc-client.js';
export type { ServingConnection, ServingConnectionOptions } from './grpc-client.js';
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
