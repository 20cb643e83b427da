import { LarderError } from '@larder/registry';
import { Gate } from './gate.js';

interface Task {
  readonly done: Promise<string>;
  finish(): void;
}

const NEVER = new AbortController().signal;

describe('Gate', () => {
  let started: string[];
  let gate: Gate;
  beforeEach(() => {
    started = [];
    gate = new Gate({ maxRunning: 2, maxWaiting: 2 });
  });

  function task(name: string, signal: AbortSignal = NEVER): Task {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const done = gate
      .run(signal, async () => {
        started.push(name);
        await finished;
        return name;
      })
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    return { done, finish };
  }

  it('lets so many run at once and the others in their order', async () => {
    const [a, b, c, d] = [task('a'), task('b'), task('c'), task('d')];
    await Promise.resolve();
    expect(started).toEqual(['a', 'b']);
    b.finish();
    await b.done;
    expect(started).toEqual(['a', 'b', 'c']);
    for (const each of [a, c, d]) each.finish();
    expect(await Promise.all([a, b, c, d].map((each) => each.done))).toEqual(['a', 'b', 'c', 'd']);
    const last = task('e');
    last.finish();
    expect(await last.done).toBe('e');
  });

  it('refuses more than may wait, and forgets who left', async () => {
    const left = new AbortController();
    const [a, b, c] = [task('a'), task('b'), task('c', left.signal)];
    const d = task('d');
    expect(await task('e').done).toBe('2 requests wait already; try again later');
    left.abort(new LarderError('ABORTED', 'the caller left'));
    expect(await c.done).toBe('the caller left');
    for (const each of [a, b, d]) each.finish();
    expect(await d.done).toBe('d');
    const [f, g] = [task('f'), task('g')];
    await Promise.resolve();
    expect(started).toEqual(['a', 'b', 'd', 'f', 'g']);
    f.finish();
    g.finish();
    await Promise.all([f.done, g.done]);
  });

  it('hands its place on when the work fails', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(gate.run(NEVER, fail)).rejects.toThrow('no');
    await expect(gate.run(NEVER, fail)).rejects.toThrow('no');
    const [a, b] = [task('a'), task('b')];
    await Promise.resolve();
    expect(started).toEqual(['a', 'b']);
    a.finish();
    b.finish();
    await Promise.all([a.done, b.done]);
  });
});
