export { openOnlineServingApp } from './app.js';
export type { OnlineServingApp, OnlineServingOptions } from './app.js';
export { onlineServingSettings, parseOnlineServingConfig } from './config.js';
export type { OnlineServingConfig } from './config.js';
