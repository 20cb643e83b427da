export { fixedClock, systemClock } from './clock.js';
export { commonSettings } from './common-settings.js';
export type { CommonConfig } from './common-settings.js';
export { describeSettings, parseConfig, setting } from './config.js';
export type { ConfigOf, Environment, Setting, SettingDescription, Settings } from './config.js';
export {
  instantText,
  integerText,
  optionalIntegerText,
  portText,
  projectPatternsText,
  urlText,
} from './setting-types.js';
export type { IntegerSetting } from './setting-types.js';
export { createLogger, LOG_LEVELS, silentLogger } from './logger.js';
export type { Logger, LoggerOptions, LogLevel } from './logger.js';
export { JOB_SECONDS_BUCKETS, Metrics, REQUEST_SECONDS_BUCKETS } from './metrics.js';
export type { GaugeOptions, HistogramOptions, MetricOptions, MetricsOptions } from './metrics.js';
export type { Counter, Gauge, Histogram } from './metrics.js';
export { Lifecycle, openService } from './lifecycle.js';
export type { Closer, LifecycleOptions, LifecycleState, OpenedService } from './lifecycle.js';
export { Health } from './health.js';
export type { HealthCheck, Readiness } from './health.js';
export { createHttpApp, createRouter } from './http-app.js';
export type { Express, HttpAppOptions, NextFunction, Request, RequestHandler, Response, Router } from './http-app.js';
export type { JsonBodyOptions } from './http-body.js';
export { toErrorBody, toLarderError } from './http-errors.js';
export type { ErrorBody } from './http-errors.js';
export { listen, openHttpServer } from './http-server.js';
export type { HttpServer, ListenOptions } from './http-server.js';
export { requestIdOf } from './request-id.js';
export { validateBody, validateQuery } from './validate-body.js';
export { problemsFromZod } from './problems.js';
export { runService } from './run-service.js';
export type { RunServiceOptions } from './run-service.js';
export { runMain } from './run-main.js';
export type { RunMainOptions, ServiceContext } from './run-main.js';
export { exactJsonText, parseExactJson } from './exact-json.js';
