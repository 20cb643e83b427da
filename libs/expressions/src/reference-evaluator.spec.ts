import { celEnv, CelScalar, isCelError, isCelList, listType, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { FeatureValue, ValueTypeName } from '@larder/registry';
import fc from 'fast-check';
import { expressionsOf } from './expression-arbitraries.fixture.js';
import { compileExpression, EvaluationError } from './index.js';

// Larder's evaluator beside another implementation of CEL: the same value, or none, for every expression over known values.
// Left out, because the library differs from the language's specification there: text beyond the basic plane (it counts
// UTF-16 units), timestamp(int) (it reads milliseconds), the negation of the lowest int (it answers 2^63), and durations beyond 290 years, which Larder allows.

const INPUTS = { a: 'int64', i: 'int32', b: 'float64', t: 'bool', s: 'string', ints: 'list<int64>' } as const;

const ENVIRONMENT = celEnv({
  variables: {
    a: CelScalar.INT,
    i: CelScalar.INT,
    b: CelScalar.DOUBLE,
    t: CelScalar.BOOL,
    s: CelScalar.STRING,
    ints: listType(CelScalar.INT),
  },
  funcs: [...strings],
});

const ROW = fc.record({
  a: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  i: fc.integer(),
  b: fc.double(),
  t: fc.boolean(),
  s: fc.string({ unit: fc.constantFrom(...Array.from('abAB12 é\n\uffff')), maxLength: 5 }),
  ints: fc.array(fc.bigInt({ min: -4n, max: 4n }), { maxLength: 4 }),
});

type Row = typeof ROW extends fc.Arbitrary<infer T> ? T : never;

const FAILED = 'failed';

function byLarder(text: string, output: ValueTypeName, row: Row): FeatureValue {
  const compiled = compileExpression(text, { inputs: INPUTS, output });
  try {
    return compiled.evaluate(row);
  } catch (error) {
    if (error instanceof EvaluationError) return FAILED;
    throw error;
  }
}

function byReference(text: string, row: Row): unknown {
  const result = plan(ENVIRONMENT, parse(text))({ ...row, i: BigInt(row.i), ints: row.ints });
  if (isCelError(result)) return FAILED;
  return isCelList(result) ? [...result] : result;
}

const EXPRESSIONS = expressionsOf(3);

describe('the reference evaluator', () => {
  it.each([
    ['int', 'int64'],
    ['double', 'float64'],
    ['bool', 'bool'],
    ['string', 'string'],
    ['list<int>', 'list<int64>'],
  ] as const)('agrees on every expression of type %s', (type, output) => {
    let failures = 0;
    let runs = 0;
    fc.assert(
      fc.property(EXPRESSIONS[type], ROW, (text, row) => {
        const value = byLarder(text, output, row);
        runs++;
        if (value === FAILED) failures++;
        expect(value).toEqual(byReference(text, row));
      }),
      { numRuns: 800 },
    );
    expect(failures).toBeLessThan(runs / 2);
  });
});
