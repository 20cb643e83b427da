import { isDeepStrictEqual } from 'node:util';
import { decodeResponse, Status, valueFromWire } from '@larder/serving-api';
import { rowTime, rowValues } from './serving-project.js';

/** Error unless the answer holds exactly the values that were written, all PRESENT, decoded by the generated code. */
export function checkAnswer(response: Buffer, entityNumbers: readonly number[], views: number): void {
  const { entities } = decodeResponse(response);
  if (entities.length !== entityNumbers.length)
    throw new Error(`${entities.length} entities instead of ${entityNumbers.length}`);
  for (const [index, entity] of entities.entries()) {
    if (entity.views.length !== views) throw new Error(`${entity.views.length} views instead of ${views}`);
    for (const [view, row] of entity.views.entries()) {
      const wanted = rowValues(entityNumbers[index] ?? -1, view);
      if (row.status !== Status.PRESENT || row.valueStatuses.length > 0)
        throw new Error(`entity ${index}: status ${row.status}`);
      if (row.eventTimeMicros !== rowTime) throw new Error(`entity ${index}: wrong event time`);
      if (!isDeepStrictEqual(row.values.map(valueFromWire), wanted)) throw new Error(`entity ${index}: wrong values`);
    }
  }
}
