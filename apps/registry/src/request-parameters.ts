import { LarderError } from '@larder/registry';
import { DEFAULT_LIST_LENGTH, MAX_LIST_LENGTH } from '@larder/registry-client';
import type { Request } from '@larder/service-runtime';
import { z } from 'zod';

const MAX_INT32 = 2_147_483_647;

/** The project in a request's path. INVALID_ARGUMENT for what can be no project's name. */
export function projectOf(request: Request): string {
  const name = parameterOf(request, 'project');
  if (/^[a-z][a-z0-9_-]{0,62}$/.test(name)) return name;
  const message = 'is not a project name: lower case letters, digits, - and _, starting with a letter, at most 63';
  throw LarderError.fromProblems('request path', [{ path: 'project', message }]);
}

/** The view id in a request's path. */
export function viewIdOf(request: Request): number {
  const text = parameterOf(request, 'viewId');
  const viewId = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (viewId <= MAX_INT32) return viewId;
  throw LarderError.fromProblems('request path', [
    { path: 'viewId', message: 'is not the id of a view: expected a whole number, from 1' },
  ]);
}

/** A part of a request's path. */
export function parameterOf(request: Request, name: string): string {
  const value: unknown = request.params[name];
  return typeof value === 'string' ? value : '';
}

const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,9}$/, `expected a whole number from 1 to ${max}`)
    .transform(Number)
    .refine((value) => value <= max, `expected a whole number from 1 to ${max}`);

export const versionQuerySchema = z.strictObject({ version: wholeNumber(MAX_INT32).optional() });

export const diffQuerySchema = z.strictObject({
  from: wholeNumber(MAX_INT32),
  to: wholeNumber(MAX_INT32).optional(),
});

export const listQuerySchema = z.strictObject({ limit: wholeNumber(MAX_LIST_LENGTH).default(DEFAULT_LIST_LENGTH) });

export const runsQuerySchema = listQuerySchema.extend({
  view: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'is not the name of a view')
    .optional(),
});

const MAX_QUERY_TEXT = 1000;

const searchText = z.string().max(MAX_QUERY_TEXT);

const tagsQuery = z.union([searchText.transform((tag) => [tag]), z.array(searchText)]);

export const searchQuerySchema = listQuerySchema.extend({
  q: searchText.exactOptional(),
  owner: searchText.exactOptional(),
  entity: searchText.exactOptional(),
  type: searchText.exactOptional(),
  tag: tagsQuery.default([]),
  deprecated: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional(),
});
