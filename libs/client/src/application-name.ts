import { LarderError } from '@larder/registry';

/** `checkout`, or `checkout/1.2`. */
const APPLICATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\/[A-Za-z0-9._+-]{1,50})?$/;

/** An application's name as the beginning of a user agent. INVALID_ARGUMENT for one that no header could carry. */
export function checkApplication(application: string): string {
  if (APPLICATION.test(application)) return application;
  throw new LarderError(
    'INVALID_ARGUMENT',
    `application: expected a name of letters, digits, dots, dashes and underscores, and perhaps a version, such as checkout/1.2; got ${JSON.stringify(application)}`,
  );
}
