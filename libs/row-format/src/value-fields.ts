import type { ScalarTypeName } from '@larder/registry';

/** Field numbers and wire types of `larder.serving.v1.Value`; see proto/larder/serving/v1/value.proto. */

/** Tag of `values` in ViewRow, of `val` in every list message: field 1, length-delimited. */
export const VALUES_TAG = 0x0a;

/** How a scalar is laid out on the wire. */
export type Layout = 'varint' | 'fixed64' | 'fixed32' | 'delimited';

interface ValueField {
  readonly layout: Layout;
  /** Tag bytes of the scalar's field. */
  readonly tag: Uint8Array;
  /** Tag bytes of the field that holds a list of it. */
  readonly listTag: Uint8Array;
}

const WIRE_TYPES: Readonly<Record<Layout, number>> = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 };

/** All fields of `Value`, by type. */
export const VALUE_FIELDS: Readonly<Record<ScalarTypeName, ValueField>> = {
  bytes: valueField(1, 11, 'delimited'),
  string: valueField(2, 12, 'delimited'),
  int32: valueField(3, 13, 'varint'),
  int64: valueField(4, 14, 'varint'),
  float64: valueField(5, 15, 'fixed64'),
  float32: valueField(6, 16, 'fixed32'),
  bool: valueField(7, 17, 'varint'),
  json: valueField(32, 33, 'delimited'),
  decimal: valueField(44, 45, 'delimited'),
  timestamp: valueField(100, 101, 'varint'),
  date: valueField(102, 103, 'varint'),
};

function valueField(number: number, listNumber: number, layout: Layout): ValueField {
  return { layout, tag: tagBytes(number, WIRE_TYPES[layout]), listTag: tagBytes(listNumber, WIRE_TYPES.delimited) };
}

/** A protobuf tag; field numbers here take one or two bytes. */
function tagBytes(number: number, wireType: number): Uint8Array {
  const tag = number * 8 + wireType;
  return Uint8Array.from(tag < 128 ? [tag] : [(tag & 0x7f) | 0x80, tag >>> 7]);
}
