export { compileExpression, EXPRESSION_LIMITS } from './compile-expression.js';
export type { CompiledExpression, ExpressionOptions } from './compile-expression.js';
export { EVALUATION_FAILURES, EvaluationError } from './evaluation-error.js';
export type { EvaluationFailure } from './evaluation-error.js';
