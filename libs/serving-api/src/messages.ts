import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { GetOnlineFeaturesResponse } from './gen/larder/serving/v1/serving_pb.js';
import { GetOnlineFeaturesResponseSchema, ResponseMetadataSchema } from './gen/larder/serving/v1/serving_pb.js';

/** The bytes of a ResponseMetadata message. */
export function encodeResponseMetadata(metadata: MessageInitShape<typeof ResponseMetadataSchema>): Buffer {
  return Buffer.from(toBinary(ResponseMetadataSchema, create(ResponseMetadataSchema, metadata)));
}

/** A response from its bytes. */
export function decodeResponse(bytes: Uint8Array): GetOnlineFeaturesResponse {
  return fromBinary(GetOnlineFeaturesResponseSchema, bytes);
}
