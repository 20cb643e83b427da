import { z } from 'zod';
import { setting } from './config.js';
import type { ConfigOf } from './config.js';
import { LOG_LEVELS } from './logger.js';
import { instantText, integerText, portText } from './setting-types.js';

const MAX_DRAIN_SECONDS = 3_600;

/** The settings that every service has; `httpPort` is the service's own default. */
export function commonSettings({ httpPort }: { readonly httpPort: number }) {
  return {
    logLevel: setting(
      'LARDER_LOG_LEVEL',
      z.enum(LOG_LEVELS).default('info'),
      `Least severe level that is logged: ${LOG_LEVELS.join(', ')}.`,
    ),
    httpHost: setting('LARDER_HTTP_HOST', z.string().default('0.0.0.0'), 'Address that the HTTP port listens on.'),
    httpPort: setting('LARDER_HTTP_PORT', portText(httpPort), 'HTTP port; 0 lets the system choose one.'),
    drainSeconds: setting(
      'LARDER_DRAIN_SECONDS',
      integerText({ min: 0, max: MAX_DRAIN_SECONDS, default: 10 }),
      'Seconds that work in progress may take after SIGTERM.',
    ),
    fixedNow: setting(
      'LARDER_FIXED_NOW',
      instantText().optional(),
      'ISO 8601 time at which the clock stands still, for reproducible examples.',
    ),
  };
}

/** The configuration that every service has. */
export type CommonConfig = ConfigOf<ReturnType<typeof commonSettings>>;
