import { z } from 'zod';
import { instantText, plainText } from './field-schemas.js';
import type { ApplyRequest, ConsumerRecord, ConsumersReport, PlanRequest, RollbackRequest } from './registry-api.js';

/** What the registry's routes accept. Definitions pass through: `parseDefinitions` is their gate. */

/** A request before its definitions are checked. */
export type Unchecked<R extends PlanRequest> = Omit<R, 'definitions'> & { readonly definitions: unknown };

/** Most entries of one report of consumers. */
export const MAX_REPORTED_CONSUMERS = 1000;

const MAX_INT32 = 2_147_483_647;
const MAX_VIEWS_OF_A_CONSUMER = 10_000;

const version = z.int().nonnegative().max(MAX_INT32);
const person = plainText(200);
const objectName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'is not the name of an object');

const definitions = z.unknown().refine((value) => value !== undefined, 'is missing; expected compiled definitions');

const planFields = {
  definitions,
  prune: z.boolean().exactOptional(),
  skipSourceChecks: z.boolean().exactOptional(),
};

export const planRequestSchema: z.ZodType<Unchecked<PlanRequest>> = z.strictObject(planFields);

export const applyRequestSchema: z.ZodType<Unchecked<ApplyRequest>> = z.strictObject({
  ...planFields,
  expectedVersion: version.exactOptional(),
  author: person.exactOptional(),
  gitCommit: plainText(200).exactOptional(),
});

export const rollbackRequestSchema: z.ZodType<RollbackRequest> = z.strictObject({
  version: version.positive(),
  expectedVersion: version.exactOptional(),
  author: person.exactOptional(),
});

export const consumerKindSchema = z.enum(['online', 'training']);

const reportedConsumer: z.ZodType<ConsumerRecord> = z.strictObject({
  consumer: plainText(200),
  kind: consumerKindSchema,
  featureService: objectName.nullable(),
  views: z.array(objectName).max(MAX_VIEWS_OF_A_CONSUMER),
  lastSeenAt: instantText,
  reads: z.int().nonnegative(),
});

export const consumersReportSchema: z.ZodType<ConsumersReport> = z.strictObject({
  consumers: z.array(reportedConsumer).max(MAX_REPORTED_CONSUMERS),
});
