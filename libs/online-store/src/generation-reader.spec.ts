import { GenerationReader } from './generation-reader.js';
import { pointerTo } from './rows.fixture.js';
import { pointerText } from './view-pointer.js';

/** A store of texts that can be changed between two commands, and what was asked of it. */
function createStore(values: Map<string, string>) {
  const commands: string[][] = [];
  const reader = new GenerationReader(async (keys) => {
    commands.push(keys.texts());
    const found = keys.texts().map((key) => values.get(key));
    return found.map((value) => (value === undefined ? null : Buffer.from(value)));
  });
  return { reader, commands };
}

const lookup = (viewId: number, ...keyPrefixes: string[]) => ({ project: 'p', viewId, keyPrefixes });

describe('GenerationReader', () => {
  it('asks for rows and then the pointer of each view, once, in one command', async () => {
    const values = new Map([
      ['p:view:1', pointerText(pointerTo(4))],
      ['p:view:2', pointerText(pointerTo(5))],
      ['a:1.4', 'a of 1'],
      ['b:2.5', 'b of 2'],
    ]);
    const { reader, commands } = createStore(values);
    const lookups = [lookup(1, 'a:', 'x:'), lookup(2, 'b:'), lookup(1, 'a:')];
    const expected = [
      { pointer: pointerTo(4), rows: [Buffer.from('a of 1'), null] },
      { pointer: pointerTo(5), rows: [Buffer.from('b of 2')] },
      { pointer: pointerTo(4), rows: [Buffer.from('a of 1')] },
    ];
    expect(await reader.read(lookups)).toEqual(expected);
    expect(await reader.read(lookups)).toEqual(expected);
    const rows = ['a:1.4', 'x:1.4', 'b:2.5', 'a:1.4'];
    const pointers = ['p:view:1', 'p:view:2'];
    expect(commands).toEqual([pointers, [...rows, ...pointers], [...rows, ...pointers]]);
  });

  it('asks again only for the view whose generation changed', async () => {
    const values = new Map([
      ['p:view:1', pointerText(pointerTo(1))],
      ['p:view:2', pointerText(pointerTo(1))],
    ]);
    const { reader, commands } = createStore(values);
    await reader.read([lookup(1, 'a:'), lookup(2, 'b:')]);
    values.set('p:view:2', pointerText(pointerTo(2)));
    values.set('b:2.2', 'new');
    const [, second] = await reader.read([lookup(1, 'a:'), lookup(2, 'b:')]);
    expect(second).toEqual({ pointer: pointerTo(2), rows: [Buffer.from('new')] });
    expect(commands.at(-1)).toEqual(['b:2.2', 'p:view:2']);
  });

  it('takes rows of the same generation with another epoch as they are', async () => {
    const values = new Map([['p:view:1', pointerText(pointerTo(1, 'old'))]]);
    const { reader, commands } = createStore(values);
    await reader.read([lookup(1, 'a:')]);
    values.set('p:view:1', pointerText(pointerTo(1, 'new')));
    expect(await reader.read([lookup(1, 'a:')])).toEqual([{ pointer: pointerTo(1, 'new'), rows: [null] }]);
    expect(commands).toHaveLength(3);
  });

  it('gives up with UNAVAILABLE when generations change faster than it reads', async () => {
    let generation = 0;
    const reader = new GenerationReader(async (keys) =>
      keys.texts().map(() => Buffer.from(pointerText(pointerTo(++generation)))),
    );
    await expect(reader.read([lookup(1, 'a:')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
