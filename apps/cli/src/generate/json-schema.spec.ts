import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { everyTypeSnapshot } from './every-type.fixture.js';
import { generatedCode } from './generated-code.js';

function validator(definition: string, isRetyped = false): ValidateFunction {
  const document = JSON.parse(
    generatedCode(everyTypeSnapshot({ isRetyped }), { lang: 'json-schema', isRegistered: true }),
  ) as object;
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  ajv.addSchema(document, 'larder');
  return ajv.compile({ $ref: `larder#/$defs/${definition}` });
}

const FEATURES = {
  views: 3,
  class: true,
  small: -1,
  single: 'NaN',
  genre: null,
  raw: 'AQI=',
  seen: '2026-05-01T10:00:00.000001Z',
  born: '2026-05-01',
  price: '12.50',
  document: { any: [1] },
  names: ['a'],
  times: null,
};
const byFeature = <T>(value: T): Record<string, T> =>
  Object.fromEntries(Object.keys(FEATURES).map((name) => [name, value]));
const RESPONSE = {
  user_id: 'a',
  day: '2026-05-01',
  features: FEATURES,
  statuses: byFeature('PRESENT'),
  event_times: byFeature('2026-05-01T10:00:00Z'),
};

describe('the JSON Schema of a service', () => {
  it('is valid 2020-12 and accepts requests and answers', () => {
    const request = validator('every_type.request');
    expect([request({ feature_service: 'every_type', user_id: 'a', day: '2026-05-01' }), request.errors]).toEqual([
      true,
      null,
    ]);
    const response = validator('every_type.response');
    expect([response(RESPONSE), response.errors]).toEqual([true, null]);
  });

  it.each([
    ['a request without a join key', 'every_type.request', { feature_service: 'every_type', user_id: 'a' }],
    [
      'a request of another service',
      'every_type.request',
      { feature_service: 'route', user_id: 'a', day: '2026-05-01' },
    ],
    [
      'a field that does not exist',
      'every_type.request',
      { feature_service: 'every_type', user_id: 'a', day: '2026-05-01', x: 1 },
    ],
    ['short names where full ones are needed', 'route.request', { feature_service: 'route', from: 1, to: 2 }],
    ['a feature of another type', 'every_type.response', { ...RESPONSE, features: { ...FEATURES, small: 'x' } }],
    ['a feature that is missing', 'every_type.response', { ...RESPONSE, features: { views: 1 } }],
    ['a feature that does not exist', 'every_type.response', { ...RESPONSE, features: { ...FEATURES, more: 1 } }],
    ['a status that does not exist', 'every_type.response', { ...RESPONSE, statuses: byFeature('FINE') }],
    ['an int64 beyond its range', 'every_type.response', { ...RESPONSE, features: { ...FEATURES, views: 1e19 } }],
  ])('refuses %s', (_what, definition, value) => {
    expect(validator(definition)(value)).toBe(false);
  });

  it('refuses yesterday’s answer once a feature is retyped', () => {
    const floating = { ...RESPONSE, features: { ...FEATURES, views: 0.5 } };
    expect([validator('every_type.response')(floating), validator('every_type.response', true)(floating)]).toEqual([
      false,
      true,
    ]);
  });
});
