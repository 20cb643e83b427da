import type { Definitions } from '@larder/registry';
import type { PlanResult } from '@larder/registry-client';
import type { Terminal } from '../terminal.js';
import { planText } from './plan-text.js';

const piped: Terminal = { json: false, stdout: { write: () => true }, stderr: { write: () => true } };
const definitions: Definitions = {
  formatVersion: 1,
  project: 'shop',
  entities: [{ name: 'user', joinKeys: [{ name: 'user_id', type: 'string' }], owner: 'growth' }],
  sources: [],
  featureViews: [],
  featureServices: [],
};
const NOTHING: PlanResult = {
  baseVersion: 3,
  changes: [],
  kept: [],
  problems: [],
  warnings: [],
  materializations: [],
  services: [],
  sourceChecks: { status: 'done' },
};
const shown = (plan: Partial<PlanResult>): string => planText(piped, { definitions, plan: { ...NOTHING, ...plan } });

describe('planText', () => {
  it('says that there is nothing to do', () => {
    expect(shown({})).toBe(
      'shop: the registry (version 3) and the code agree.\n\nPlan: 0 to add, 0 to change, 0 to retire',
    );
  });

  it('says everything, the sum last', () => {
    const text = shown({
      changes: [
        { action: 'add', kind: 'entity', name: 'user', fields: [], rematerialize: false },
        {
          action: 'change',
          kind: 'featureView',
          name: 'spending',
          fields: [{ field: 'ttlSeconds', before: 60, after: 120 }],
          rematerialize: true,
        },
        { action: 'retire', kind: 'source', name: 'old', fields: [], rematerialize: false },
      ],
      materializations: [
        { view: 'newest', version: 1, liveVersion: null },
        {
          view: 'spending',
          version: 2,
          liveVersion: 1,
          estimate: {
            files: 3,
            sourceRows: 1_234_567,
            sourceBytes: 45_600_000,
            entities: 1,
            onlineBytes: 999,
            entitiesFrom: 'last run',
          },
        },
      ],
      services: [
        {
          service: 'basket',
          breaking: ['spending__sum is gone'],
          compatible: ['newest__item is new'],
          consumers: [
            {
              consumer: 'checkout',
              kind: 'online',
              featureService: 'basket',
              views: ['spending'],
              lastSeenAt: '2026-05-07T21:59:00.123Z',
              reads: 7,
            },
          ],
        },
        { service: 'quiet', breaking: [], compatible: ['values of newest are computed anew'], consumers: [] },
      ],
      kept: [{ kind: 'featureService', name: 'other' }],
      sourceChecks: { status: 'unavailable', reason: 'connect refused' },
      warnings: [{ path: 'sources.s', message: 'is empty' }],
      problems: [{ path: 'featureViews.v', message: 'is protected', file: 'features.ts', line: 4 }],
    });
    expect(text).toBe(`shop: applying over version 3 would

  + add entity user
      + joinKeys.user_id: string
      + owner: growth
  ~ change feature view spending (its online values are computed anew)
      ~ ttlSeconds: 60 → 120
  - retire source old

Materializations
  newest version 1: computed anew; no values until then
  spending version 2: computed anew; version 1 serves until then
    reads 1,234,567 rows, 45.6 MB in 3 files
    writes 1 entity (as counted by the last run), 999 B

Services
  basket
    BREAKING    spending__sum is gone
    compatible  newest__item is new
    read by checkout (online), last seen 2026-05-07 21:59:00
  quiet
    compatible  values of newest are computed anew
    nobody was seen reading it

Kept
  feature service other
  left the code, stay registered; --prune retires them

Source checks
  the data could not be looked at: connect refused
  apply will refuse unless --skip-source-checks is given

Warnings
  sources.s: is empty

Problems
  features.ts:4 featureViews.v: is protected

Plan: 1 to add, 1 to change, 1 to retire; 1 breaking; 1 problem, so apply would refuse`);
  });
});
