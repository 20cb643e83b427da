import fc from 'fast-check';
import { buildSnapshot } from './build-snapshot.js';
import { canonicalJson } from './canonical-json.js';
import { planChanges } from './plan-changes.js';
import {
  activity,
  definitionsArbitrary,
  derived,
  events,
  genre,
  service,
  small,
  taste,
} from './small-project.fixture.js';
import type { Definitions } from './snapshot.js';

describe('planChanges', () => {
  it('is empty exactly when the definitions are equal', () => {
    fc.assert(
      fc.property(definitionsArbitrary, definitionsArbitrary, (before, after) => {
        expect(planChanges(before, before)).toEqual([]);
        const isEqual = canonicalJson(before) === canonicalJson(after);
        expect(planChanges(before, after).length === 0).toBe(isEqual);
        expect(planChanges(buildSnapshot(before, undefined).snapshot, after).length === 0).toBe(isEqual);
      }),
      { numRuns: 150 },
    );
  });

  it('names the version steps that applying makes', () => {
    fc.assert(
      fc.property(definitionsArbitrary, definitionsArbitrary, (before, after) => {
        const { snapshot } = buildSnapshot(before, undefined);
        const next = buildSnapshot(after, snapshot).snapshot;
        const raised = next.featureViews.filter((view) => view.version > 1 && view.online).map((view) => view.name);
        const planned = planChanges(snapshot, after).filter((each) => each.action === 'change' && each.rematerialize);
        expect(planned.map((each) => each.name)).toEqual(expect.arrayContaining(raised));
      }),
    );
  });

  it('adds everything to an empty project, sections and names in order', () => {
    expect(planChanges(undefined, small).map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      'add entity item',
      'add entity user',
      'add source derived',
      'add source events',
      'add featureView activity',
      'add featureView taste',
      'add featureService recommender',
    ]);
  });

  it('shows the fields of a change with both values', () => {
    const after: Definitions = { ...small, featureViews: [activity, { ...taste, ttlSeconds: 60, onStale: 'null' }] };
    expect(planChanges(small, after)).toEqual([
      {
        action: 'change',
        kind: 'featureView',
        name: 'taste',
        fields: [
          { field: 'onStale', before: 'flag', after: 'null' },
          { field: 'ttlSeconds', before: undefined, after: 60 },
        ],
        rematerialize: false,
      },
    ]);
  });

  it('retires what is gone', () => {
    const after: Definitions = { ...small, featureServices: [] };
    expect(planChanges(small, after)).toEqual([
      { action: 'retire', kind: 'featureService', name: service.name, fields: [], rematerialize: false },
    ]);
  });

  it('lists the views whose source changed, with nothing of their own', () => {
    const after: Definitions = { ...small, sources: [derived, { ...events, path: 'other' }] };
    const changes = planChanges(small, after);
    expect(changes.map(({ kind, name, rematerialize }) => [kind, name, rematerialize])).toEqual([
      ['source', 'events', false],
      ['featureView', 'activity', true],
      ['featureView', 'taste', true],
    ]);
    expect(changes[1]?.fields).toEqual([]);
  });

  it('computes nothing anew for a view that is not online, and all for one that becomes so', () => {
    const offline: Definitions = { ...small, featureViews: [activity, { ...taste, online: false }] };
    const changed: Definitions = { ...small, featureViews: [activity, { ...taste, online: false, features: [genre] }] };
    const rematerialized = (before: Definitions | undefined, after: Definitions): string[] =>
      planChanges(before, after).flatMap(({ name, rematerialize }) => (rematerialize ? [name] : []));
    expect(rematerialized(undefined, offline)).toEqual(['activity']);
    expect(rematerialized(offline, changed)).toEqual([]);
    expect(rematerialized(offline, small)).toEqual(['taste']);
    expect(rematerialized(small, offline)).toEqual([]);
  });
});
