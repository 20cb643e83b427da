import type { Syntax } from './syntax.js';

/** `a.b.c` for nothing but names. */
export function dottedName(node: Syntax): string | undefined {
  if (node.kind === 'name') return node.name;
  if (node.kind !== 'select') return undefined;
  const head = dottedName(node.operand);
  return head === undefined ? undefined : `${head}.${node.field}`;
}

/** A name of the author's, cut to a length that fits into a message. */
export function shown(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}…`;
}
