import type { FeatureValue, ScalarTypeName } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import type { ByteWriter } from './byte-writer.js';
import type { ScalarWriter } from './scalar-writers.js';
import { SCALAR_WRITERS, wrongType, writeText } from './scalar-writers.js';
import { VALUE_FIELDS, VALUES_TAG } from './value-fields.js';

/** Appends all elements of a list, without the list's own tags. INVALID_ARGUMENT names the first that is null or of another type. */
export type ElementsWriter = (writer: ByteWriter, values: readonly FeatureValue[]) => void;

/** The writer for the elements of `list<type>`. Numbers follow one another, texts and bytes are a field each. */
export function elementsWriter(type: ScalarTypeName): ElementsWriter {
  return FLOATS_WRITERS[type] ?? eachElement(type, SCALAR_WRITERS[type]);
}

/** The writer for JSON documents that are given as their texts, as columns carry them. */
export const writeJsonTexts: ElementsWriter = eachElement('json', (writer, value) => {
  if (typeof value !== 'string') throw wrongType('the text of a json document', value);
  writeText(writer, value);
});

/** Lists of floats are embeddings more often than not: one check for room and one loop. */
const FLOATS_WRITERS: Readonly<Partial<Record<ScalarTypeName, ElementsWriter>>> = {
  float64: (writer, values) => {
    writer.ensure(values.length * 8);
    const { view, offset } = writer;
    for (let index = 0; index < values.length; index++)
      view.setFloat64(offset + index * 8, numberAt(values, index, 'float64'), true);
    writer.offset = offset + values.length * 8;
  },
  float32: (writer, values) => {
    writer.ensure(values.length * 4);
    const { view, offset } = writer;
    for (let index = 0; index < values.length; index++)
      view.setFloat32(offset + index * 4, numberAt(values, index, 'float32'), true);
    writer.offset = offset + values.length * 4;
  },
};

function numberAt(values: readonly FeatureValue[], index: number, type: 'float32' | 'float64'): number {
  const value = values[index];
  if (typeof value !== 'number') throw elementError(index, wrongType(type, value));
  return value;
}

function eachElement(type: ScalarTypeName, write: ScalarWriter): ElementsWriter {
  const delimited = VALUE_FIELDS[type].layout === 'delimited';
  return (writer, values) => {
    let index = 0;
    try {
      for (; index < values.length; index++) {
        if (delimited) writeTag(writer);
        write(writer, values[index] ?? null);
      }
    } catch (error) {
      throw isLarderError(error) ? elementError(index, error) : error;
    }
  };
}

function writeTag(writer: ByteWriter): void {
  writer.ensure(1);
  writer.byte(VALUES_TAG);
}

function elementError(index: number, error: LarderError): LarderError {
  return new LarderError(error.code, `element ${index}: ${error.message}`);
}
