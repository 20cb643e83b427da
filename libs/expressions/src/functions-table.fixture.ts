import { FUNCTIONS } from './functions.js';
import type { FunctionSpec, Overload } from './overloads.js';

/** The table of operators and functions as docs/expressions.md has it. */
export function functionsTable(): string {
  const rows = FUNCTIONS.map((spec) => {
    const types = spec.overloads.map((each) => `\`${typesOf(each)}\``).join('<br>');
    return `| \`${callOf(spec).replaceAll('|', '\\|')}\` | ${types} | ${spec.about} |`;
  });
  return ['| written | operands → value | what it is |', '|---|---|---|', ...rows, ''].join('\n');
}

function typesOf({ params, result, isVariadic }: Overload): string {
  return `${params.join(', ')}${isVariadic ? ', …' : ''} → ${result}`;
}

function callOf({ style, name, overloads }: FunctionSpec): string {
  const counts = [...new Set(overloads.map(({ params }) => params.length))];
  const letters = ['a', 'b', 'c'].slice(0, Math.max(...counts));
  if (style === 'operator') return letters.reduce((text, letter) => text.replace('_', ` ${letter} `), name).trim();
  if (style === 'function') return `${name}(${letters.join(', ')})`;
  return `a.${name}(${letters.slice(1).join(', ')})`;
}
