import { findLag } from './lock.mjs';

describe('findLag', () => {
  it('finds nothing where lock file and manifest agree', () => {
    const manifest = { name: 'a', dependencies: { zod: '4.0.0' } };
    expect(findLag('package.json', { manifest, locked: { dependencies: { zod: '4.0.0' } } })).toEqual([]);
  });

  it('names what is new, changed or gone', () => {
    const manifest = { dependencies: { zod: '4.1.0' }, devDependencies: { jest: '30.0.0' } };
    const locked = { dependencies: { zod: '4.0.0', pino: '10.0.0' } };
    expect(findLag('libs/a/package.json', { manifest, locked })).toEqual([
      'libs/a/package.json: dependencies: pino none, in package-lock.json 10.0.0',
      'libs/a/package.json: dependencies: zod 4.1.0, in package-lock.json 4.0.0',
      'libs/a/package.json: devDependencies: jest 30.0.0, in package-lock.json none',
    ]);
  });
});
