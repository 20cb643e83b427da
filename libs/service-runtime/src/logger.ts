import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

/** Levels from the least to the most severe; `silent` logs nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Structured log: `logger.info({ view }, 'loaded')`. An error goes under the key `err`.
 * Levels: `error` somebody has to act, `warn` somebody should look, `info` life cycle and results, `debug` single requests.
 */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'> & {
  /** A logger whose lines all carry these fields. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
};

export interface LoggerOptions {
  /** Name of the service; field `service` of every line. */
  readonly service: string;
  readonly level: LogLevel;
  /** Where the lines go; standard output by default, written at once so that no line is lost at exit. */
  readonly destination?: DestinationStream;
}

const SECRET_FIELDS = ['password', 'token', 'secret', 'authorization', 'databaseUrl', 'redisUrl', 'queueRedisUrl'];

/** A logger of one JSON object per line with an ISO time. Fields that name secrets are replaced, at the top and one level down. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[secret]' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A logger that writes nothing. */
export function silentLogger(): Logger {
  return createLogger({ service: 'silent', level: 'silent' });
}
