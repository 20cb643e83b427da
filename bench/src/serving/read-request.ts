import { create, toBinary } from '@bufbuild/protobuf';
import { GetOnlineFeaturesRequestSchema, ServingService, ValueSchema } from '@larder/serving-api';
import { userId } from './serving-project.js';

/** HTTP/2 path of the call under test. */
export const READ_PATH = `/${ServingService.typeName}/${ServingService.method.getOnlineFeatures.name}`;

/** The bytes of a request for entities 0 … n-1 spread over the store's, made by the generated code. */
export function readRequest(featureService: string, entityNumbers: readonly number[]): Buffer {
  const values = entityNumbers.map((each) => create(ValueSchema, { val: { case: 'stringVal', value: userId(each) } }));
  const message = create(GetOnlineFeaturesRequestSchema, {
    selection: { case: 'featureService', value: featureService },
    joinKeys: [{ name: 'user_id', values }],
  });
  return Buffer.from(toBinary(GetOnlineFeaturesRequestSchema, message));
}

/** `count` entities spread evenly over all. */
export function spreadEntities(count: number, all: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * all) / count));
}
