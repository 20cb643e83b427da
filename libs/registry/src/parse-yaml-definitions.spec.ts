import { readFileSync } from 'node:fs';
import { compileDefinitions } from './compile-definitions.js';
import { objects, project } from './every-feature.fixture.js';
import { parseYamlDefinitions } from './parse-yaml-definitions.js';

const yaml = readFileSync(new URL('../testdata/every-feature.yaml', import.meta.url), 'utf8');

describe('parseYamlDefinitions', () => {
  it('compiles to the identical document as the TypeScript form', () => {
    const fromTypeScript = compileDefinitions({ project, objects });
    expect(parseYamlDefinitions(yaml)).toEqual(fromTypeScript);
    expect(fromTypeScript.featureViews).toHaveLength(6);
  });
});
