import { ERROR_CODES, isLarderError, LarderError } from './larder-error.js';

describe('LarderError', () => {
  it('lists every problem, with file and line where known', () => {
    const error = LarderError.fromProblems('definitions', [
      { path: 'a.b', message: 'is wrong' },
      { path: 'c', message: 'is missing', file: 'larder.yaml', line: 12 },
      { path: 'd', message: 'is odd', file: 'larder.yaml' },
    ]);
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toBe(
      'definitions: 3 problems\n  a.b: is wrong\n  larder.yaml:12 c: is missing\n  larder.yaml d: is odd',
    );
    expect(error.details.problems).toHaveLength(3);
    expect(LarderError.fromProblems('x', [{ path: 'a', message: 'b' }]).message).toMatch(/^x: 1 problem\n/);
  });

  it('keeps what is not its own as the cause of an internal error without its text', () => {
    const cause = new Error('password is 1234');
    const error = LarderError.from(cause);
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'internal error', cause });
    expect(LarderError.from(error)).toBe(error);
  });

  it('knows errors of another copy of the library', () => {
    const foreign = Object.assign(new Error('x'), { name: 'LarderError', code: 'NOT_FOUND' });
    expect(isLarderError(foreign)).toBe(true);
  });

  it.each(['constructor', 'ENOENT', undefined])('knows no code %s', (code) => {
    expect(isLarderError(Object.assign(new Error('x'), { name: 'LarderError', code }))).toBe(false);
    expect(isLarderError({ name: 'LarderError', code: 'NOT_FOUND' })).toBe(false);
  });

  it('numbers its codes as gRPC does', () => {
    const numbers = Object.values(ERROR_CODES).map((code) => code.grpc);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(ERROR_CODES.INVALID_ARGUMENT).toEqual({ http: 400, grpc: 3, retryable: false });
    expect(ERROR_CODES.UNAVAILABLE).toEqual({ http: 503, grpc: 14, retryable: true });
  });
});
