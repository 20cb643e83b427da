import { nothing } from './no-such-file.js';

export const broken: unknown = nothing;
