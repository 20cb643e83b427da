import type { FeatureValue } from '@larder/registry';
import { instantFromMicros, LarderError } from '@larder/registry';

/**
 * The bytes of a GetOnlineFeaturesRequest, read without building messages: this runs on every read, and the generated decoder would cost
 * about as much as everything else that Larder does for one entity. `parse-read-request.spec.ts` holds it against the generated code.
 */
export interface ReadRequest {
  /** Empty = the server's default project. */
  project: string;
  featureService: string | undefined;
  features: string[] | undefined;
  joinKeys: JoinKeyColumnValues[];
  fullFeatureNames: boolean;
  maxAgeMicros: number | undefined;
}

export interface JoinKeyColumnValues {
  readonly name: string;
  /**
   * One per entity. int64 within ±2^53 comes as number or bigint; what is no key value (a list, a float) as undefined. Of a column that
   * came as bytes they are read when they are first asked for: INVALID_ARGUMENT when the bytes are no values.
   */
  readonly values: readonly (FeatureValue | undefined)[];
  /** The same values as they came; absent in a column that did not come as bytes. */
  readonly wire?: WireValues;
}

/** `Value` messages inside the bytes of a request, not looked into yet. */
export interface WireValues {
  readonly bytes: Buffer;
  /** The i-th message lies from `spans[2 * i]` to `spans[2 * i + 1]`. */
  readonly spans: readonly number[];
}

const WIRE_VARINT = 0;
const WIRE_64 = 1;
const WIRE_BYTES = 2;
const WIRE_32 = 5;

/** INVALID_ARGUMENT when the bytes are no such message. */
export function parseReadRequest(bytes: Buffer): ReadRequest {
  const request: ReadRequest = {
    project: '',
    featureService: undefined,
    features: undefined,
    joinKeys: [],
    fullFeatureNames: false,
    maxAgeMicros: undefined,
  };
  const cursor = new Cursor(bytes, 0, bytes.length);
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    switch (tag) {
      case 0x0a:
        request.project = cursor.text();
        break;
      case 0x12:
        request.featureService = cursor.text();
        request.features = undefined;
        break;
      case 0x1a:
        request.features = readReferences(cursor.nested(), request.features);
        request.featureService = undefined;
        break;
      case 0x22:
        request.joinKeys.push(readColumn(cursor.nested()));
        break;
      case 0x28:
        request.fullFeatureNames = cursor.varint() !== 0;
        break;
      case 0x32:
        request.maxAgeMicros = readDuration(cursor.nested());
        break;
      default:
        cursor.skip(tag);
    }
  }
  return request;
}

function readReferences(cursor: Cursor, before: string[] | undefined): string[] {
  const references = before ?? [];
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    if (tag === 0x0a) references.push(cursor.text());
    else cursor.skip(tag);
  }
  return references;
}

function readColumn(cursor: Cursor): JoinKeyColumnValues {
  let name = '';
  const spans: number[] = [];
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    if (tag === 0x0a) name = cursor.text();
    else if (tag === 0x12) {
      const end = cursor.begin();
      spans.push(cursor.at, end);
      cursor.at = end;
    } else cursor.skip(tag);
  }
  return new WireColumn(name, { bytes: cursor.bytes, spans });
}

class WireColumn implements JoinKeyColumnValues {
  private read: (FeatureValue | undefined)[] | undefined;

  constructor(
    readonly name: string,
    readonly wire: WireValues,
  ) {}

  get values(): readonly (FeatureValue | undefined)[] {
    this.read ??= readKeyValues(this.wire);
    return this.read;
  }
}

function readKeyValues({ bytes, spans }: WireValues): (FeatureValue | undefined)[] {
  const values = new Array<FeatureValue | undefined>(spans.length / 2);
  for (let index = 0; index < values.length; index++)
    values[index] = readKeyValue(new Cursor(bytes, spans[2 * index] ?? 0, spans[2 * index + 1] ?? 0));
  return values;
}

/** A `Value` that may be a join key; null when it has no field, undefined when it is of another kind. */
function readKeyValue(cursor: Cursor): FeatureValue | undefined {
  let value: FeatureValue | undefined = null;
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    value = readKeyField(cursor, tag);
  }
  return value;
}

function readKeyField(cursor: Cursor, tag: number): FeatureValue | undefined {
  switch (tag) {
    case 0x0a:
      return Uint8Array.from(cursor.slice());
    case 0x12:
      return cursor.text();
    case 0x18:
      return cursor.int64();
    case 0x20:
      return cursor.int64();
    case 0x38:
      return cursor.varint() !== 0;
    case 800:
      return instantFromMicros(BigInt(cursor.int64()));
    case 816:
      return dateText(Number(cursor.int64()));
    default:
      cursor.skip(tag);
      return undefined;
  }
}

function readDuration(cursor: Cursor): number {
  let micros = 0;
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    if (tag === 0x08) micros += Number(cursor.int64()) * 1_000_000;
    else if (tag === 0x10) micros += Math.floor(Number(cursor.int64()) / 1000);
    else cursor.skip(tag);
  }
  return micros;
}

const MAX_DAYS = 3_000_000;

function dateText(days: number): string {
  if (Math.abs(days) > MAX_DAYS) throw malformed();
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function malformed(): LarderError {
  return new LarderError(
    'INVALID_ARGUMENT',
    'the request is not a GetOnlineFeaturesRequest: its bytes end early or make no sense',
  );
}

/** A place in a message. */
class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
    readonly end: number,
  ) {}

  /** An unsigned varint up to 2^53; longer ones lose their upper bits, which only `int64` has to keep. */
  varint(): number {
    const first = this.bytes[this.at];
    if (first !== undefined && first < 0x80 && this.at < this.end) {
      this.at++;
      return first;
    }
    const value = this.int64();
    return typeof value === 'number' ? value : Number(BigInt.asUintN(53, value));
  }

  /** A signed 64-bit varint: a number while it is exact, a bigint beyond. */
  int64(): number | bigint {
    let low = 0;
    let scale = 1;
    for (let index = 0; index < 7; index++) {
      const byte = this.next();
      low += (byte & 0x7f) * scale;
      if (byte < 0x80) return low;
      scale *= 128;
    }
    let wide = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.next();
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return asSafe(BigInt.asIntN(64, wide));
    }
    throw malformed();
  }

  text(): string {
    const end = this.begin();
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  slice(): Buffer {
    const end = this.begin();
    const bytes = this.bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }

  nested(): Cursor {
    const end = this.begin();
    const cursor = new Cursor(this.bytes, this.at, end);
    this.at = end;
    return cursor;
  }

  /** Reads a length and returns where what follows ends. */
  begin(): number {
    const end = this.varint() + this.at;
    if (end > this.end) throw malformed();
    return end;
  }

  skip(tag: number): void {
    const wire = tag & 7;
    if (tag < 8) throw malformed();
    if (wire === WIRE_VARINT) this.int64();
    else if (wire === WIRE_64) this.at += 8;
    else if (wire === WIRE_BYTES) this.at = this.begin();
    else if (wire === WIRE_32) this.at += 4;
    else throw malformed();
    if (this.at > this.end) throw malformed();
  }

  private next(): number {
    if (this.at >= this.end) throw malformed();
    return this.bytes[this.at++] ?? 0;
  }
}

function asSafe(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
