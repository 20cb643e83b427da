import { formatInstant, parseInstant } from './instant.js';
import { isLarderError } from './larder-error.js';

/** A time as written, in the one spelling of the snapshot; what is no time stays as it is, for validation to report. */
export function normalizeTime(text: string): string {
  try {
    return formatInstant(parseInstant(text));
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return text;
  }
}
