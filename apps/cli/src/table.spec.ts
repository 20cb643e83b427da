import { grouped, fieldsText, tableText } from './table.js';
import type { Terminal } from './terminal.js';

function terminal(stdout: Partial<Terminal['stdout']> = {}): Terminal {
  return { json: false, stdout: { write: () => undefined, ...stdout }, stderr: { write: () => undefined } };
}

describe('tableText', () => {
  it('makes columns as wide as their widest cell, numbers to the right', () => {
    expect(
      tableText(
        terminal(),
        ['NAME', 'ROWS'],
        [
          ['a', '1,234'],
          ['longer', '7'],
        ],
      ),
    ).toBe('NAME     ROWS\na       1,234\nlonger      7');
  });

  it('cuts lines to the width of a terminal, and leaves a pipe whole', () => {
    const row = ['x'.repeat(50)];
    expect(tableText(terminal({ isTTY: true, columns: 20 }), ['NAME'], [row]).split('\n')[1]).toHaveLength(20);
    expect(tableText(terminal(), ['NAME'], [row]).split('\n')[1]).toHaveLength(50);
  });

  it('prints the header alone when there are no rows', () => {
    expect(tableText(terminal(), ['A', 'B'], [])).toBe('A  B');
  });
});

describe('fieldsText', () => {
  it('aligns values behind the longest name', () => {
    expect(
      fieldsText([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('a     1\nlong  2');
  });
});

describe('grouped', () => {
  it('separates thousands', () => {
    expect([grouped(0), grouped(1234567), grouped(10n ** 9n)]).toEqual(['0', '1,234,567', '1,000,000,000']);
  });
});
