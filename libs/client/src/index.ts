export { LarderClient } from './larder-client.js';
export type { LarderClientOptions, ReadOptions, UntypedSelection } from './larder-client.js';
export type { FeatureStatus, OnlineFeatures } from './online-features.js';
export type { JoinKeys } from './join-key-columns.js';
export type { WarningListener } from './warnings.js';
