import type { FeatureValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import { ByteWriter } from './byte-writer.js';
import type { ElementsWriter } from './element-writers.js';
import { elementsWriter, writeJsonTexts } from './element-writers.js';
import { beginMessage, endMessage } from './nested-message.js';
import { SCALAR_WRITERS, wrongType } from './scalar-writers.js';
import { VALUE_FIELDS, VALUES_TAG } from './value-fields.js';

/**
 * Feature values as `values` entries of a ViewRow: 0x0a, length, `Value` message. A null is the empty message; every
 * other value, an empty string or list included, has a message of at least two bytes.
 */

/** The entry of a null. */
export const NULL_ENTRY = Buffer.from([VALUES_TAG, 0]);

/** Appends a value that is not null as a whole entry and makes the room it needs; INVALID_ARGUMENT for a value of another type. */
export type EntryWriter = (writer: ByteWriter, value: FeatureValue) => void;

const FIELD_ONE = Uint8Array.of(VALUES_TAG);

/** A value as a whole `values` entry. INVALID_ARGUMENT when it is not a value of `type`. */
export function encodeValueEntry(type: ValueTypeName, value: FeatureValue): Buffer {
  const writer = new ByteWriter(64);
  writeValueEntry(writer, type, value);
  return Buffer.from(writer.written());
}

/** Appends a value as a `values` entry; for single values. Columns have writers of their own (column-writers.ts). */
export function writeValueEntry(writer: ByteWriter, type: ValueTypeName, value: FeatureValue): void {
  if (value === null) writer.bytes(NULL_ENTRY);
  else entryWriter(type)(writer, value);
}

/** The writer for single values of a type. */
export function entryWriter(type: ValueTypeName): EntryWriter {
  const element = listElementType(type);
  return element === undefined ? scalarWriter(type as ScalarTypeName) : listWriter(element, elementsWriter(element));
}

/** The writer for lists of JSON documents that are given as their texts, as columns carry them. */
export function jsonTextsWriter(): EntryWriter {
  return listWriter('json', writeJsonTexts);
}

function scalarWriter(type: ScalarTypeName): EntryWriter {
  const { tag } = VALUE_FIELDS[type];
  const write = SCALAR_WRITERS[type];
  const fields = [FIELD_ONE];
  return (writer, value) => {
    const start = beginMessage(writer, fields);
    writer.bytes(tag);
    write(writer, value);
    endMessage(writer, start, fields);
  };
}

/** Numbers are packed into one field of the list's message, which a list without elements does not have. */
function listWriter(element: ScalarTypeName, writeElements: ElementsWriter): EntryWriter {
  const { listTag, layout } = VALUE_FIELDS[element];
  const fields = [FIELD_ONE, listTag];
  const packedFields = [FIELD_ONE, listTag, FIELD_ONE];
  return (writer, value) => {
    if (!Array.isArray(value)) throw wrongType(`list<${element}>`, value);
    const values: readonly FeatureValue[] = value;
    const nesting = layout === 'delimited' || values.length === 0 ? fields : packedFields;
    const start = beginMessage(writer, nesting);
    writeElements(writer, values);
    endMessage(writer, start, nesting);
  };
}
