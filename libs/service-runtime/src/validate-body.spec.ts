import { z } from 'zod';
import { validateBody, validateQuery } from './validate-body.js';

const schema = z.strictObject({ author: z.string(), limit: z.int().optional() });

describe('validateBody', () => {
  it('returns the typed value', () => {
    expect(validateBody(schema, { author: 'ada' })).toEqual({ author: 'ada' });
  });

  it('reports every problem by its field, unknown fields one by one', () => {
    expect(() => validateBody(schema, { author: 1, limit: 1.5, auhtor: 'x', more: 2 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        details: {
          problems: [
            { path: 'author', message: 'expected string, received number' },
            { path: 'limit', message: 'expected int, received number' },
            { path: 'auhtor', message: 'is no known field' },
            { path: 'more', message: 'is no known field' },
          ],
        },
      }),
    );
  });

  it('says what is missing', () => {
    expect(() => validateBody(schema, {})).toThrow('author: is missing; expected string');
  });

  it('names the content type when there is no body', () => {
    expect(() => validateBody(schema, undefined)).toThrow('content-type: application/json');
  });

  it('reports a prototype key as an unknown field', () => {
    expect(() => validateBody(schema, JSON.parse('{"author": "ada", "__proto__": {"limit": 1}}'))).toThrow(
      '__proto__: is no known field',
    );
  });

  it('names the whole body when it is not an object', () => {
    expect(() => validateBody(schema, [])).toThrow('body: expected object, received array');
  });
});

describe('validateQuery', () => {
  it('speaks of the query', () => {
    expect(() => validateQuery(schema, { author: ['a', 'b'] })).toThrow(
      'request query: 1 problem\n  author: expected string, received array',
    );
  });
});
