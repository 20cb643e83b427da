import { readFileSync } from 'node:fs';
import { pointerKey } from '@larder/row-format';
import { COMPARE_AND_DELETE, COMPARE_AND_SET, FENCED_SET } from './redis-scripts.js';
import { parsePointer, pointerText } from './view-pointer.js';

/** What docs/formats/redis.md says of pointers and scripts is what the code writes and runs. */

const doc = readFileSync(new URL('../../../docs/formats/redis.md', import.meta.url), 'utf8');

describe('docs/formats/redis.md', () => {
  it('has the pointer as it is written', () => {
    const [, text = ''] = /```json\n(\{"viewVersion":\d.*\})\n```/.exec(doc) ?? [];
    const pointer = parsePointer(text);
    expect(pointer).toBeDefined();
    expect(pointer && pointerText(pointer)).toBe(text);
    expect(Object.keys(pointer ?? {})).toEqual(['viewVersion', 'generation', 'previousGeneration', 'epoch']);
    expect(pointerKey('<project>', 7).replace('7', '<view id>')).toBe('<project>:view:<view id>');
    expect(doc).toContain('`<project>:view:<view id>`');
  });

  it('has the scripts as they are run', () => {
    const scripts = [...doc.matchAll(/```lua\n([\s\S]*?)\n```/g)].map(([, script]) => script);
    expect(scripts).toEqual([COMPARE_AND_SET, COMPARE_AND_DELETE, FENCED_SET]);
  });
});
