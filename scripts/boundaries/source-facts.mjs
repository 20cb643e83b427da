// What one source file imports and which parts of its surroundings it touches, read from its syntax tree.
import ts from 'typescript';

/**
 * @typedef {object} Fact
 * @property {'import' | 'use'} kind
 * @property {string} name the module specifier, or what is used: `process.env`, `Date.now`, `new Date()`, `as unknown as`
 * @property {number} line from 1
 */

/** Globals that are a clock, a timer, chance, the network or the process. */
const AMBIENT_GLOBALS = new Set(['performance', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process']);
const AMBIENT_MEMBERS = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues']);

/**
 * Imports of every form (static, type-only, re-export, dynamic with a literal, `require`, `import('x').T`) and uses of
 * ambient state in one TypeScript source. Scopes are not resolved: a local variable named `process` counts as the global.
 * @param {string} fileName
 * @param {string} text
 * @returns {Fact[]} in source order
 */
export function readSourceFacts(fileName, text) {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2023, true);
  /** @type {Fact[]} */
  const facts = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const fact = importOf(node) ?? useOf(node);
    if (fact !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      facts.push({ ...fact, line });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return facts;
}

/**
 * @param {ts.Node} node
 * @returns {Omit<Fact, 'line'> | undefined}
 */
function importOf(node) {
  const specifier = specifierOf(node);
  return specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? { kind: 'import', name: specifier.text }
    : undefined;
}

/**
 * @param {ts.Node} node
 * @returns {ts.Node | undefined}
 */
function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  return ts.isCallExpression(node) && isImporter(node.expression) ? node.arguments[0] : undefined;
}

/** @param {ts.Expression} callee `import`, `require`, `require.resolve`, `import.meta.resolve` */
function isImporter(callee) {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === 'require';
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 'resolve' &&
    /^(require|import\.meta)$/.test(callee.expression.getText())
  );
}

/**
 * @param {ts.Node} node
 * @returns {Omit<Fact, 'line'> | undefined}
 */
function useOf(node) {
  const name = ts.isIdentifier(node) ? globalUse(node) : (clockUse(node) ?? doubleAssertion(node));
  return name === undefined ? undefined : { kind: 'use', name };
}

/** @param {ts.Identifier} node */
function globalUse(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return parent.expression.getText() === 'globalThis' && AMBIENT_GLOBALS.has(node.text)
      ? memberOf(parent, node.text)
      : undefined;
  }
  const member = memberOf(node, node.text);
  if (AMBIENT_MEMBERS.has(member)) return member;
  return AMBIENT_GLOBALS.has(node.text) && isExpression(node) ? member : undefined;
}

/**
 * `process.env` for `process.env` and `process['env']`, `process` for the identifier alone.
 * @param {ts.Expression} object
 * @param {string} name
 */
function memberOf(object, name) {
  const { parent } = object;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === object) return `${name}.${parent.name.text}`;
  if (!ts.isElementAccessExpression(parent) || parent.expression !== object) return name;
  return ts.isStringLiteralLike(parent.argumentExpression) ? `${name}.${parent.argumentExpression.text}` : name;
}

/**
 * Whether an identifier stands for a value, not for a declaration's, a property's, an import's or a type's name.
 * @param {ts.Identifier} node
 */
function isExpression(node) {
  const { parent } = node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent))
    return false;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return !('name' in parent && parent.name === node) && !ts.isExportSpecifier(parent);
}

/** @param {ts.Node} node */
function clockUse(node) {
  const isDate = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'Date';
  if (!isDate) return undefined;
  if (ts.isCallExpression(node)) return 'Date()';
  return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined;
}

/** @param {ts.Node} node */
function doubleAssertion(node) {
  if (!ts.isAsExpression(node) || !ts.isAsExpression(node.expression)) return undefined;
  return node.expression.type.kind === ts.SyntaxKind.UnknownKeyword ? 'as unknown as' : undefined;
}
