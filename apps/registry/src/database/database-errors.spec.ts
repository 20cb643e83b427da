import { LarderError } from '@larder/registry';
import { fromDriverError } from './database-errors.js';

const error = (code: string): Error => Object.assign(new Error('what the driver says'), { code });

describe('fromDriverError', () => {
  it.each([
    ['40001', 'ABORTED'],
    ['40P01', 'ABORTED'],
    ['08006', 'UNAVAILABLE'],
    ['53300', 'UNAVAILABLE'],
    ['57P01', 'UNAVAILABLE'],
    ['ECONNREFUSED', 'UNAVAILABLE'],
    ['EPIPE', 'UNAVAILABLE'],
  ])('%s is %s, its cause kept', (code, expected) => {
    const cause = error(code);
    expect(fromDriverError(cause, 'PostgreSQL at db')).toMatchObject({ code: expected, cause });
  });

  it('takes an error without a code for a lost connection', () => {
    expect(fromDriverError(new Error('Connection terminated'), 'PostgreSQL at db')).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'PostgreSQL at db does not answer (Connection terminated)',
    });
  });

  it('passes on a wrong statement, and what is translated already', () => {
    const syntax = error('42601');
    const own = new LarderError('NOT_FOUND', 'no such project');
    expect(fromDriverError(syntax, 'db')).toBe(syntax);
    expect(fromDriverError(own, 'db')).toBe(own);
  });
});
