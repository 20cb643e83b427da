// Bundled by bundle-programs.spec.mjs: a workspace package, an npm package, a Node builtin and a lazily loaded part.
import { basename } from 'node:path';
import { LarderError } from '@larder/registry';
import { z } from 'zod';

export const parts: readonly unknown[] = [basename('a/b'), LarderError, z.string()];
export const loadMore = () => import('./bundled-part.js');
