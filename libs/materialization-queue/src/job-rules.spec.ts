import { LarderError, parseInstant } from '@larder/registry';
import { jobErrorText, parseJobError, RunStopped, toJobError } from './job-error.js';
import { jobPriority, REQUESTERS } from './job-priority.js';
import { isWorthRetrying, parsePayload, retryDelayMs } from './jobs.js';
import type { JobName, MaterializeViewPayload } from './jobs.js';

const NOW = parseInstant('2026-05-07T22:00:00Z');
const PAYLOAD: MaterializeViewPayload = {
  project: 'demo',
  viewId: 1,
  view: 'rides',
  mode: 'incremental',
  requestedBy: 'manual',
};

describe('jobPriority', () => {
  it('is strictly ordered by who asks', () => {
    const priorities = REQUESTERS.map((requestedBy) => jobPriority({ ...PAYLOAD, requestedBy }, NOW));
    expect(priorities).toEqual([...priorities].sort((left, right) => left - right));
    expect(new Set(priorities).size).toBe(REQUESTERS.length);
  });

  it('puts recent backfills before old ones, within what BullMQ takes', () => {
    const backfill = (asOf: string): number => jobPriority({ ...PAYLOAD, requestedBy: 'backfill', asOf }, NOW);
    expect(backfill('2026-05-01T00:00:00Z')).toBeLessThan(backfill('2020-01-01T00:00:00Z'));
    expect(backfill('2027-01-01T00:00:00Z')).toBe(50);
    expect(backfill('0001-01-01T00:00:00Z')).toBeLessThan(2_000_000);
    expect(jobPriority({ project: 'demo', viewId: 1, view: 'rides', generation: 1 }, NOW)).toBeGreaterThan(
      backfill('0001-01-01T00:00:00Z'),
    );
  });
});

describe('retries', () => {
  it('are for codes that may pass and for unknown failures', () => {
    const codes = [
      'UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'ABORTED',
      'INTERNAL',
      'INVALID_ARGUMENT',
      'NOT_FOUND',
      'FAILED_PRECONDITION',
    ] as const;
    expect(codes.map((code) => isWorthRetrying(new LarderError(code, 'x')))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isWorthRetrying(new TypeError('x'))).toBe(true);
  });

  it('wait twice as long each time', () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs({ attempts: 5, firstDelayMs: 1_000 }, attempt))).toEqual([
      1_000, 2_000, 4_000,
    ]);
  });
});

describe('errors of jobs', () => {
  it('survive being stored as text', () => {
    const error = { code: 'INVALID_ARGUMENT', message: 'two\nlines: with a colon' } as const;
    expect(parseJobError(jobErrorText(error))).toEqual(error);
    expect(parseJobError('job stalled more than allowable limit')).toEqual({
      code: 'INTERNAL',
      message: 'job stalled more than allowable limit',
    });
  });

  it('never show an unknown cause', () => {
    expect(JSON.stringify(toJobError(new Error('secret')))).not.toContain('secret');
    expect(toJobError(new RunStopped('cancelled'))).toEqual({ code: 'ABORTED', message: 'the job was cancelled' });
  });
});

describe('parsePayload', () => {
  it('refuses unknown jobs, unknown fields and times that are none, all at once', () => {
    expect(() => parsePayload('drop-everything' as JobName, {})).toThrow(
      /expected one of materialize-view, tick-view, remove-generation/,
    );
    expect(() => parsePayload('materialize-view', { ...PAYLOAD, asOf: 'yesterday', rows: 1 })).toThrow(
      /2 problems[\s\S]*payload\.asOf[\s\S]*payload/,
    );
  });
});
