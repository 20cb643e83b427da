import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';
import { lowerAscii, split, substring, textSize, trim, upperAscii } from './texts.js';

const sized = { isSized: true };
const search = { isSearch: true };

function method(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'method', name, about, overloads };
}

const SIZES: readonly Overload[] = [
  overload(['string'], 'int', (text) => BigInt(textSize(text)), sized),
  overload(['bytes'], 'int', (bytes) => BigInt(bytes.length)),
  overload(['list<A>'], 'int', (list) => BigInt(list.length)),
];

/** Functions of text; positions and sizes count characters (code points). */
export const TEXT_FUNCTIONS: readonly FunctionSpec[] = [
  { style: 'function', name: 'size', about: 'Characters of text, bytes, or elements of a list.', overloads: SIZES },
  method('size', 'The same as `size(x)`.', SIZES),
  method('startsWith', 'True if the text begins so.', [
    overload(['string', 'string'], 'bool', (text, part) => text.startsWith(part), sized),
  ]),
  method('endsWith', 'True if the text ends so.', [
    overload(['string', 'string'], 'bool', (text, part) => text.endsWith(part), sized),
  ]),
  method('contains', 'True if the text has this part.', [
    overload(['string', 'string'], 'bool', (text, part) => text.includes(part), search),
  ]),
  method('lowerAscii', 'Letters A to Z in lower case.', [overload(['string'], 'string', lowerAscii, sized)]),
  method('upperAscii', 'Letters a to z in upper case.', [overload(['string'], 'string', upperAscii, sized)]),
  method('trim', 'Without the white space at both ends.', [overload(['string'], 'string', trim, sized)]),
  method('substring', 'From a position to the end, or to before another.', [
    overload(['string', 'int'], 'string', (text, start) => substring(text, start), sized),
    overload(['string', 'int', 'int'], 'string', substring, sized),
  ]),
  method('split', 'The parts between separators.', [overload(['string', 'string'], 'list<string>', split, search)]),
  method('join', 'The texts of a list in one, with a separator between them.', [
    overload(['list<string>'], 'string', (texts) => texts.join(''), sized),
    overload(['list<string>', 'string'], 'string', (texts, separator) => texts.join(separator), sized),
  ]),
];
