import { findForbiddenWords } from './forbidden-words.mjs';

describe('findForbiddenWords', () => {
  it.each([
    ['docs/a.md', 'see registry.npmjs.org'],
    ['deploy/Dockerfile', 'FROM docker.io/node:24'],
    ['docs/a.md', 'open /home/someone/x'],
    ['libs/a/src/a.ts', "const path = '/work/main';"],
    ['libs/a/src/a.ts', "const path = '/tmp/x';"],
    ['libs/a/src/a.ts', '// TODO later'],
    ['docs/a.md', 'as said in #12'],
    ['docs/a.md', '(#7)'],
    ['docs/a.md', 'see issue 4'],
    ['docs/a.md', 'https://example.com/x/issues/4'],
    ['package-lock.json', '"resolved": "https://example.com/a.tgz"'],
  ])('finds one in %s: %s', (file, text) => {
    expect(findForbiddenWords(file, `\n${text}`)).toEqual([expect.stringMatching(`^${file}:2: `)]);
  });

  it.each([
    ['docs/a.md', '# 1. Heading'],
    ['docs/a.md', '#tag and C#12'],
    ['libs/a/src/a.ts', "import x from '../work/x.js';"],
    ['libs/a/src/a.ts', "const url = 'http://host/home/x';"],
    ['libs/a/src/a.ts', 'const path = `${root}/tmp/x`;'],
    ['deploy/helm/values.yaml', 'mountPath: /tmp'],
    ['docs/a.html', '<a style="color: #333">'],
    ['docs/a.md', 'the issues of 2 views'],
    ['package-lock.json', '"resolved": "libs/registry"'],
  ])('finds none in %s: %s', (file, text) => {
    expect(findForbiddenWords(file, text)).toEqual([]);
  });
});
