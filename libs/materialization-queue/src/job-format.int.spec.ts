import { readFile } from 'node:fs/promises';
import { parseInstant } from '@larder/registry';
import { startTestRedis } from '@larder/testing';
import { Redis } from 'ioredis';
import { requestOptions } from './bullmq-job-options.js';
import { BullMqMaterializationQueue } from './bullmq-materialization-queue.js';
import { deduplicationId } from './job-id.js';
import { JOB_NAMES, JOBS, parsePayload } from './jobs.js';
import type { JobName, JobPayload } from './jobs.js';

const DOCUMENT = new URL('../../../docs/formats/jobs.md', import.meta.url);

async function golden(title: string): Promise<unknown> {
  const text = await readFile(DOCUMENT, 'utf8');
  const block = new RegExp(`<!-- golden: ${title} -->\\n\`\`\`json\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (block === undefined) throw new Error(`docs/formats/jobs.md has no golden ${title}`);
  return JSON.parse(block);
}

describe('the documented form of jobs', () => {
  it.each(JOB_NAMES)('%s: the golden payload is a valid one', async (name: JobName) => {
    const payload = await golden(`${name} payload`);
    expect(parsePayload(name, payload)).toEqual(payload);
  });

  it('names every field of a materialize-view payload', async () => {
    const text = await readFile(DOCUMENT, 'utf8');
    for (const field of Object.keys(JOBS['materialize-view'].payload.shape)) expect(text).toContain(`| \`${field}\` |`);
  });

  it('is what a real queue stores', async () => {
    const redis = await startTestRedis();
    const queue = new BullMqMaterializationQueue({ url: redis.url, project: 'demo' });
    const plain = new Redis(redis.url);
    const payload = (await golden('materialize-view payload')) as JobPayload<'materialize-view'>;
    const { jobId } = await queue.enqueue('materialize-view', payload);
    const stored = await plain.hgetall(`{larder-jobs}:materialization.demo:${jobId}`);
    expect(jobId).toMatch(/^watch_activity-[0-9a-f]{12}$/);
    expect({ name: stored['name'], data: JSON.parse(stored['data'] ?? ''), priority: stored['priority'] }).toEqual({
      name: 'materialize-view',
      data: payload,
      priority: '30',
    });
    expect(stored['deid']).toBe('materialize-view.7.incremental.now');
    expect(await plain.get('{larder-jobs}:materialization.demo:de:materialize-view.7.incremental.now')).toBe(jobId);
    plain.disconnect();
    await queue.close();
    await redis.close();
  });

  it('has the documented options', async () => {
    const payload = (await golden('materialize-view payload')) as JobPayload<'materialize-view'>;
    const { jobId: _random, ...options } = requestOptions('materialize-view', payload, {
      now: parseInstant('2026-05-07T22:00:00Z'),
    });
    expect(options).toEqual(await golden('materialize-view options'));
  });

  it('has the documented deduplication ids', async () => {
    const asOf = '2026-05-07T22:00:00Z';
    const reload = (await golden('materialize-view payload')) as JobPayload<'materialize-view'>;
    const removal = (await golden('remove-generation payload')) as JobPayload<'remove-generation'>;
    expect(deduplicationId('materialize-view', { ...reload, mode: 'reload', asOf })).toBe(
      `materialize-view.7.reload.${asOf}`,
    );
    expect(deduplicationId('remove-generation', removal)).toBe('remove-generation.7.3');
  });
});
