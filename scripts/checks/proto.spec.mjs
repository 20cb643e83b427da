import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaresBreak } from './proto-breaking.mjs';
import { compareTrees } from './proto-generated.mjs';

describe('declaresBreak', () => {
  it.each(['feat!: new numbers', 'fix(proto)!: drop a field', 'feat: x\n\nBREAKING CHANGE: no more y'])(
    '%j',
    (text) => {
      expect(declaresBreak(text)).toBe(true);
    },
  );

  it.each(['feat: hello!', 'docs: what a BREAKING CHANGE is', ''])('not %j', (text) => {
    expect(declaresBreak(text)).toBe(false);
  });
});

describe('compareTrees', () => {
  /** @type {string} */
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'larder-trees-'));
    for (const side of ['left', 'right']) {
      mkdirSync(join(folder, side, 'v1'), { recursive: true });
      writeFileSync(join(folder, side, 'v1/same.ts'), 'same');
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing between equal trees', () => {
    expect(compareTrees(join(folder, 'left'), join(folder, 'right'))).toEqual([]);
  });

  it('finds changed files and files on one side only, empty ones too', () => {
    writeFileSync(join(folder, 'left/changed.ts'), 'a');
    writeFileSync(join(folder, 'right/changed.ts'), 'b');
    writeFileSync(join(folder, 'left/v1/missing.ts'), '');
    writeFileSync(join(folder, 'right/v1/surplus.ts'), 'x');
    const differences = compareTrees(join(folder, 'left'), join(folder, 'right'));
    expect(differences).toEqual(['changed.ts', 'v1/missing.ts', 'v1/surplus.ts']);
  });

  it('takes a tree that does not exist for an empty one', () => {
    expect(compareTrees(join(folder, 'left'), join(folder, 'none'))).toEqual(['v1/same.ts']);
  });
});
