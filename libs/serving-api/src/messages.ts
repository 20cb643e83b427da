import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { GetOnlineFeaturesResponse } from './gen/larder/serving/v1/serving_pb.js';
import {
  GetOnlineFeaturesRequestSchema,
  GetOnlineFeaturesResponseSchema,
  ResponseMetadataSchema,
} from './gen/larder/serving/v1/serving_pb.js';

/** The bytes of a ResponseMetadata message. */
export function encodeResponseMetadata(metadata: MessageInitShape<typeof ResponseMetadataSchema>): Buffer {
  return Buffer.from(toBinary(ResponseMetadataSchema, create(ResponseMetadataSchema, metadata)));
}

/** The bytes of a request. */
export function encodeRequest(request: MessageInitShape<typeof GetOnlineFeaturesRequestSchema>): Buffer {
  return Buffer.from(toBinary(GetOnlineFeaturesRequestSchema, create(GetOnlineFeaturesRequestSchema, request)));
}

/** A response from its bytes. */
export function decodeResponse(bytes: Uint8Array): GetOnlineFeaturesResponse {
  return fromBinary(GetOnlineFeaturesResponseSchema, bytes);
}
