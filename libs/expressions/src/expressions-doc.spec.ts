import { readFileSync } from 'node:fs';
import type { JsonValue, ValueTypeName } from '@larder/registry';
import { valueFromJson, valueToJson } from '@larder/registry';
import { functionsTable } from './functions-table.fixture.js';
import { compileExpression, EVALUATION_FAILURES, EXPRESSION_LIMITS } from './index.js';

/** What docs/expressions.md says about the language is what the language does. */

const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8');

function section(title: string): string {
  return new RegExp(`^## ${title}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(page)?.[1] ?? '';
}

/** The cells of a table's rows, without back-ticks. */
function rowsOf(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|').replace(/^`|`$/g, '')),
  );
}

describe('docs/expressions.md', () => {
  it('lists every operator and function', () => {
    expect(section('Operators and functions')).toContain(functionsTable());
  });

  const inputs = rowsOf(section('Examples').split('\n\n')[0] ?? '');
  const examples = rowsOf(section('Examples').split('\n\n')[2] ?? '');
  const types = Object.fromEntries(inputs.map(([name = '', type]) => [name, type as ValueTypeName]));
  const row = Object.fromEntries(
    inputs.map(([name = '', type, json = '']) => {
      return [name, valueFromJson(type as ValueTypeName, JSON.parse(json) as JsonValue) ?? null];
    }),
  );

  it.each(examples)('shows that %s as %s is %s', (text, type, json) => {
    const output = type as ValueTypeName;
    const value = compileExpression(text ?? '', { inputs: types, output }).evaluate(row);
    expect(valueToJson(output, value)).toEqual(JSON.parse(json ?? ''));
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  it('names every failure', () => {
    expect(rowsOf(section('Failures')).map(([word]) => word)).toEqual([...EVALUATION_FAILURES]);
  });

  it('names the limits', () => {
    const numbers = rowsOf(section('Limits')).map(([, number = '']) => Number(number.replaceAll(',', '')));
    const { maxLength, maxNodes, maxDepth, stepBudget } = EXPRESSION_LIMITS;
    expect(numbers.slice(0, 4)).toEqual([maxLength, maxNodes, maxDepth, stepBudget]);
  });
});
