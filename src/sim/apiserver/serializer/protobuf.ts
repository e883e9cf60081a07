// Kubernetes' protobuf bodies: the `k8s\0` envelope and the messages inside, by the facts. The wire format itself is protobufjs's.
import protobuf from 'protobufjs/minimal.js';
import { badRequest } from '../../../kube/machinery/status-error.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { findType, isScalar, typeOf, type FieldFact } from '../../resources/types.ts';

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
type Reader = protobuf.Reader;
type Draft = Record<string, JsonValue>;

interface FieldAt {
  readonly name: string;
  readonly fact: FieldFact;
}
/** What a field number means: a field, or a struct that Go embeds and JSON inlines. */
type Numbers = ReadonlyMap<number, FieldAt | Numbers>;

const tables = new Map<string, Numbers>();
function numbersOf(type: string): Numbers {
  let table = tables.get(type);
  if (!table) {
    const root = new Map<number, FieldAt | Numbers>();
    for (const [name, fact] of Object.entries(typeOf(type).fields)) {
      let at = root as Map<number, FieldAt | Numbers>;
      const path = fact.n ?? [];
      path.forEach((number, i) => {
        if (i === path.length - 1) {
          at.set(number, { name, fact });
          return;
        }
        let next = at.get(number) as Map<number, FieldAt | Numbers> | undefined;
        if (!next) at.set(number, (next = new Map()));
        at = next;
      });
    }
    tables.set(type, (table = root));
  }
  return table;
}

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** Opens the envelope. Throws StatusError 400. */
export function openEnvelope(body: Buffer): Envelope {
  if (body.length < 4 || body.compare(MAGIC, 0, 4, 0, 4) !== 0)
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    const reader = protobuf.Reader.create(body.subarray(4));
    let apiVersion = '';
    let kind = '';
    let raw: Uint8Array = new Uint8Array();
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1) {
        const end = reader.uint32() + reader.pos;
        while (reader.pos < end) {
          const inner = reader.uint32();
          if (inner >>> 3 === 1) apiVersion = reader.string();
          else if (inner >>> 3 === 2) kind = reader.string();
          else reader.skipType(inner & 7);
        }
      } else if (tag >>> 3 === 2) raw = reader.bytes();
      else reader.skipType(tag & 7);
    }
    return { apiVersion, kind, raw };
  } catch (error) {
    throw malformed(error);
  }
}

const malformed = (error: unknown): Error => badRequest(`the body is no valid protobuf: ${error instanceof Error ? error.message : String(error)}`);

/** A whole body as the JSON it stands for. `typeOfKind` names the type of a kind; undefined for one nobody knows. */
export function decodeProtobuf(body: Buffer, typeOfKind: (apiVersion: string, kind: string) => string | undefined): JsonObject {
  const { apiVersion, kind, raw } = openEnvelope(body);
  const type = typeOfKind(apiVersion, kind);
  if (!type) throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  try {
    return { ...message(protobuf.Reader.create(raw), raw.length, type), apiVersion, kind };
  } catch (error) {
    throw malformed(error);
  }
}

function message(reader: Reader, end: number, type: string): Draft {
  const output: Draft = {};
  fill(reader, end, numbersOf(type), output);
  return output;
}

function fill(reader: Reader, end: number, numbers: Numbers, output: Draft): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const found = numbers.get(tag >>> 3);
    if (!found) {
      reader.skipType(tag & 7);
      continue;
    }
    if (found instanceof Map) {
      const length = reader.uint32();
      fill(reader, reader.pos + length, found, output);
      continue;
    }
    const { name, fact } = found as FieldAt;
    if (fact.m) {
      const [key, value] = mapEntry(reader, fact);
      output[name] = { ...(output[name] as JsonObject | undefined), [key]: value };
    } else if (fact.l) {
      const list = (output[name] as JsonValue[] | undefined) ?? [];
      if ((tag & 7) === 2 && ['int32', 'int64', 'int', 'bool'].includes(fact.t)) {
        const stop = reader.uint32() + reader.pos;
        while (reader.pos < stop) list.push(single(reader, fact));
      } else list.push(single(reader, fact));
      output[name] = list;
    } else output[name] = single(reader, fact);
  }
}

function mapEntry(reader: Reader, fact: FieldFact): [string, JsonValue] {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: JsonValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = single(reader, fact);
    else reader.skipType(tag & 7);
  }
  const empty = fact.t === 'time' || fact.t === 'microtime' ? null : isScalar(fact.t) ? '' : {};
  return [key, value ?? empty];
}

const MESSAGES_OF_STRINGS: ReadonlySet<string> = new Set(['stringlist']);

function single(reader: Reader, fact: FieldFact): JsonValue {
  const { t } = fact;
  if (!isScalar(t)) {
    if (findType(t)?.s) return reader.string();
    const length = reader.uint32();
    return message(reader, reader.pos + length, t);
  }
  switch (t) {
    case 'string':
      return fact.b ? Buffer.from(reader.bytes()).toString() : reader.string();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.bool();
    case 'int32':
    case 'int':
      return reader.int32();
    case 'int64':
      return Number(reader.int64());
    case 'double':
      return reader.double();
    default: {
      const end = reader.uint32() + reader.pos;
      const fields = simpleFields(reader, end, MESSAGES_OF_STRINGS.has(t));
      return fromFields(t, fields);
    }
  }
}

interface SimpleFields {
  readonly numbers: ReadonlyMap<number, number>;
  readonly bytes: ReadonlyMap<number, Buffer>;
  readonly list: readonly string[];
}

/** The flat messages behind times, quantities and the like. */
function simpleFields(reader: Reader, end: number, isList: boolean): SimpleFields {
  const numbers = new Map<number, number>();
  const bytes = new Map<number, Buffer>();
  const list: string[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if ((tag & 7) === 0) numbers.set(tag >>> 3, Number(reader.int64()));
    else if ((tag & 7) === 2) {
      const value = Buffer.from(reader.bytes());
      if (isList) list.push(value.toString());
      bytes.set(tag >>> 3, value);
    } else reader.skipType(tag & 7);
  }
  return { numbers, bytes, list };
}

function fromFields(type: string, { numbers, bytes, list }: SimpleFields): JsonValue {
  switch (type) {
    case 'time':
      return numbers.size ? `${new Date((numbers.get(1) ?? 0) * 1000).toISOString().slice(0, 19)}Z` : null;
    case 'microtime': {
      if (!numbers.size) return null;
      const micros = Math.floor((numbers.get(2) ?? 0) / 1000);
      return `${new Date((numbers.get(1) ?? 0) * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
    }
    case 'quantity':
      return bytes.get(1)?.toString() ?? '0';
    case 'intorstr':
      return (numbers.get(1) ?? 0) === 1 ? (bytes.get(3)?.toString() ?? '') : (numbers.get(2) ?? 0);
    case 'stringlist':
      return list;
    default: {
      const text = bytes.get(1)?.toString();
      return text ? (JSON.parse(text) as JsonValue) : null;
    }
  }
}
