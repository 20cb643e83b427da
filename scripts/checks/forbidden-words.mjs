// The words and where they are allowed after all.

/**
 * @typedef {object} ForbiddenWord
 * @property {string} rule
 * @property {RegExp} pattern
 * @property {RegExp} [only] files the rule is for; all by default
 * @property {RegExp} [except] files where the word has a right to be
 */

/** @type {ForbiddenWord[]} */
const FORBIDDEN = [
  {
    rule: 'host of a package or image registry',
    pattern:
      /\b(registry\.(npmjs|yarnpkg)\.\w+|npmjs\.org|pypi\.org|proxy\.golang\.org|docker\.io|ghcr\.io|quay\.io|gcr\.io|registry\.k8s\.io)\b/,
  },
  {
    rule: 'path of one machine',
    pattern: /(?<![\w.~)}\]@*$-])\/(root|work|home|Users)(?=\/|["'`\s]|$)/,
    except: /^deploy\//,
  },
  {
    rule: 'fixed temporary path',
    pattern: /(?<![\w.~)}\]@*$-])\/tmp(?=\/|["'`\s]|$)/,
    only: /\.[cm]?[jt]s$/,
    except: /^e2e\/src\/deploy/,
  },
  { rule: 'leftover', pattern: /\b(TODO|FIXME)\b/, except: /^package-lock\.json$/ },
  {
    rule: 'number of a tracker',
    pattern: /(?<=^|[\s(])#\d{1,5}\b|\bissues?[ /]#?\d+\b/i,
    except: /^package-lock\.json$|\.(css|svg|html|csv)$/,
  },
  { rule: 'download address in the lock file', pattern: /"resolved": "https?:/, only: /^package-lock\.json$/ },
];

/** This file and its spec have to name the words. */
const SELF = /^scripts\/checks\/forbidden-words(\.spec)?\.mjs$/;

/**
 * Every line of a file that holds a forbidden word, as `file:line: rule: the word`.
 * @param {string} file relative to the workspace
 * @param {string} text
 * @returns {string[]}
 */
export function findForbiddenWords(file, text) {
  if (SELF.test(file)) return [];
  const rules = FORBIDDEN.filter(({ only, except }) => only?.test(file) !== false && except?.test(file) !== true);
  return text.split('\n').flatMap((line, index) =>
    rules.flatMap(({ rule, pattern }) => {
      const word = pattern.exec(line)?.[0];
      return word === undefined ? [] : [`${file}:${index + 1}: ${rule}: ${word.trim()}`];
    }),
  );
}
