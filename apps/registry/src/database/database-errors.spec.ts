import { LarderError } from '@larder/registry';
import { fromDatabaseError } from './database-errors.js';

const error = (code: string): Error => Object.assign(new Error('what the driver says'), { code });

describe('fromDatabaseError', () => {
  it.each([
    ['40001', 'ABORTED'],
    ['40P01', 'ABORTED'],
    ['08006', 'UNAVAILABLE'],
    ['53300', 'UNAVAILABLE'],
    ['57P01', 'UNAVAILABLE'],
    ['ECONNREFUSED', 'UNAVAILABLE'],
  ])('%s is %s, its cause kept', (code, expected) => {
    const cause = error(code);
    expect(fromDatabaseError(cause, 'PostgreSQL at db')).toMatchObject({ code: expected, cause });
  });

  it('passes on what the caller can do nothing about, and what is translated already', () => {
    const syntax = error('42601');
    const own = new LarderError('NOT_FOUND', 'no such project');
    expect(fromDatabaseError(syntax, 'db')).toBe(syntax);
    expect(fromDatabaseError(own, 'db')).toBe(own);
    expect(fromDatabaseError('text', 'db')).toBe('text');
  });
});
