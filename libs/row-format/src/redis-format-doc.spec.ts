import { readFileSync } from 'node:fs';
import type { FeatureValue, JoinKeySpec, JsonValue, ValueTypeName } from '@larder/registry';
import { JOIN_KEY_TYPES, SCALAR_TYPES, valueFromJson } from '@larder/registry';
import { encodeEntityKey } from './entity-key.js';
import { entityKeyPrefix, generationSuffix } from './online-key.js';
import { encodeRow, encodeTombstone } from './row-encoder.js';
import { VALUE_FIELDS } from './value-fields.js';
import { encodeValueEntry } from './value-writers.js';

/** The golden examples of docs/formats/redis.md are what the code writes. */

const doc = readFileSync(new URL('../../../docs/formats/redis.md', import.meta.url), 'utf8');

/** The rows of the table whose head begins with these words, cell by cell, without code marks. */
function tableAfter(head: string): string[][] {
  const [, body = ''] = doc.split(`| ${head} |`);
  const lines = body.split('\n').slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
}

function parseValue(type: string, json: string): FeatureValue {
  const value = valueFromJson(type as ValueTypeName, JSON.parse(json) as JsonValue);
  if (value === undefined) throw new Error(`${json} is not a ${type}`);
  return value;
}

const spaced = (bytes: Buffer): string => bytes.toString('hex').replace(/..(?=.)/g, '$& ');

describe('docs/formats/redis.md', () => {
  const keys = tableAfter('join keys | entity key | row key');

  it.each(keys)('has the right key for %s', (joinKeys = '', entityKey = '', rowKey = '') => {
    const parsed = joinKeys.split('; ').map((each) => /^(\w+) (\w+) (.*)$/.exec(each) ?? []);
    const specs = parsed.map(([, name = '', type = '']) => ({ name, type }) as JoinKeySpec);
    expect(specs).toEqual(specs.toSorted((left, right) => (left.name < right.name ? -1 : 1)));
    expect(
      encodeEntityKey(
        specs,
        parsed.map(([, , type = '', json = '']) => parseValue(type, json)),
      ),
    ).toBe(entityKey);
    expect(entityKeyPrefix('demo', entityKey) + generationSuffix(12, 3)).toBe(rowKey);
  });

  it('has a key of every type', () => {
    const types = keys.flatMap(([joinKeys = '']) => joinKeys.split('; ').map((each) => each.split(' ')[1]));
    expect(new Set(types)).toEqual(new Set(JOIN_KEY_TYPES));
  });

  const entries = tableAfter('type | field | list field | layout | value | entry | list | entry');

  it.each(entries)('has the right entries for a %s', (...cells) => {
    const [type = '', field, listField, , value = '', entry, list = '', listEntry] = cells;
    expect(spaced(encodeValueEntry(type as ValueTypeName, parseValue(type, value)))).toBe(entry);
    expect(spaced(encodeValueEntry(`list<${type}>` as ValueTypeName, parseValue(`list<${type}>`, list)))).toBe(
      listEntry,
    );
    const { tag, listTag } = VALUE_FIELDS[type as keyof typeof VALUE_FIELDS];
    expect([numberOf(tag), numberOf(listTag)]).toEqual([Number(field), Number(listField)]);
  });

  it('has entries of every type', () => {
    expect(new Set(entries.map(([type]) => type))).toEqual(new Set(SCALAR_TYPES));
  });

  const golden = [...doc.matchAll(/```json\n(\{"viewVersion": .*\})\n```\n\n((?:\|.*\n)+)/g)];

  it.each(golden.map(([, json = '', table = '']) => [json, table] as const))(
    'has the right bytes for %s',
    (json, table) => {
      const row = JSON.parse(json) as GoldenRow;
      const shape = { version: row.viewVersion, features: row.features.map(([name, type]) => ({ name, type })) };
      const times = {
        first: BigInt(row.first),
        second: BigInt(row.second),
        eventTimeMicros: BigInt(row.eventTimeMicros),
      };
      const values = row.features.map(([, type], index) => parseValue(type, JSON.stringify(row.values[index])));
      const bytes = row.tombstone === true ? encodeTombstone(shape, times) : encodeRow(shape, values, times);
      const pieces = [...table.matchAll(/^\| `([0-9a-f ]+)` \|/gm)].map(([, hex]) => hex);
      expect(pieces.join(' ')).toBe(spaced(bytes));
    },
  );

  it('has three golden rows', () => {
    expect(golden).toHaveLength(3);
  });
});

interface GoldenRow {
  readonly viewVersion: number;
  readonly first: string;
  readonly second: string;
  readonly eventTimeMicros: string;
  readonly features: readonly (readonly [string, ValueTypeName])[];
  readonly values: readonly JsonValue[];
  readonly tombstone?: boolean;
}

/** The field number of tag bytes. */
function numberOf(tag: Uint8Array): number {
  const [first = 0, second = 0] = tag;
  return ((first & 0x7f) | (second << 7)) >> 3;
}
