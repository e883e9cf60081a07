// The messages of generated.proto as the JSON they stand for, by the facts. The wire format itself is protobufjs's.
import { parseJsonText } from '../../../../kube/machinery/json-text.ts';
import protobuf from 'protobufjs/minimal.js';
import { badRequest } from '../../../../kube/machinery/status-error.ts';
import type { JsonObject, JsonValue } from '../../../../kube/machinery/json.ts';
import { findType, isScalar, type FieldFact } from '../../../resources/types.ts';
import { setOwn } from '../../../../kube/machinery/own-property.ts';
import { isEnvelope, malformed, openEnvelope } from './envelope.ts';
import { numbersOf, type FieldAt, type Numbers } from './plan.ts';

type Reader = protobuf.Reader;
type Draft = Record<string, JsonValue>;
/** Names the type of a kind; undefined for one nobody knows. */
export type TypeOfKind = (apiVersion: string, kind: string) => string | undefined;

/** Reads one message; `known` names types inside raw extensions. */
interface Source {
  readonly reader: Reader;
  readonly typeOfKind: TypeOfKind;
}

/** A whole body as the JSON it stands for. Throws StatusError 400. */
export function decodeProtobuf(body: Uint8Array, typeOfKind: TypeOfKind): JsonObject {
  const { apiVersion, kind, raw } = openEnvelope(body);
  const type = typeOfKind(apiVersion, kind);
  if (!type)
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`);
  try {
    return { ...message({ reader: protobuf.Reader.create(raw), typeOfKind }, raw.length, type), apiVersion, kind };
  } catch (error) {
    throw malformed(error);
  }
}

function message(source: Source, end: number, type: string): Draft {
  const output: Draft = {};
  fill(source, end, numbersOf(type), output);
  return output;
}

function fill(source: Source, end: number, numbers: Numbers, output: Draft): void {
  const { reader } = source;
  if (end > reader.len) throw new Error('unexpected EOF');
  while (reader.pos < end) {
    const tag = reader.uint32();
    const found = numbers.get(tag >>> 3);
    if (!found) {
      reader.skipType(tag & 7);
      continue;
    }
    if (found instanceof Map) {
      expectWire(tag, 2);
      const length = reader.uint32();
      fill(source, reader.pos + length, found, output);
      continue;
    }
    const { name, fact } = found as FieldAt;
    if (fact.m) {
      expectWire(tag, 2);
      const map = (output[name] ??= {}) as Draft;
      const [key, value] = mapEntry(source, fact);
      setOwn(map, key, value);
    } else if (fact.l) {
      const list = (output[name] ??= []) as JsonValue[];
      if ((tag & 7) === 2 && PACKABLE.has(fact.t)) {
        const stop = reader.uint32() + reader.pos;
        while (reader.pos < stop) list.push(single(source, fact));
      } else {
        expectWire(tag, wireOf(fact));
        list.push(single(source, fact));
      }
    } else {
      expectWire(tag, wireOf(fact));
      output[name] = single(source, fact);
    }
  }
  if (reader.pos > end) throw new Error('unexpected EOF');
}

const PACKABLE: ReadonlySet<string> = new Set(['int', 'int32', 'int64', 'bool']);
const wireOf = ({ t }: FieldFact): number => (PACKABLE.has(t) ? 0 : t === 'double' ? 1 : 2);
function expectWire(tag: number, wire: number): void {
  if ((tag & 7) !== wire) throw new Error(`proto: wrong wireType = ${tag & 7} for field ${tag >>> 3}`);
}

function mapEntry(source: Source, fact: FieldFact): [string, JsonValue] {
  const { reader } = source;
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: JsonValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) {
      expectWire(tag, wireOf(fact));
      value = single(source, fact);
    } else reader.skipType(tag & 7);
  }
  const empty = fact.t === 'time' || fact.t === 'microtime' ? null : isScalar(fact.t) ? '' : {};
  return [key, value ?? empty];
}

/** As a number where one can hold it. */
function integer(reader: Reader): number | bigint {
  const value = reader.int64();
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : BigInt(String(value));
}

function single(source: Source, fact: FieldFact): JsonValue {
  const { t } = fact;
  const { reader } = source;
  if (!isScalar(t)) {
    if (findType(t)?.s) return reader.string();
    const length = reader.uint32();
    return message(source, reader.pos + length, t);
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
      return integer(reader);
    case 'double':
      return reader.double();
    default: {
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw new Error('unexpected EOF');
      return fact.pt ? union(source, end, fact.pt) : flat(source, end, t);
    }
  }
}

/** The messages behind times, quantities, raw extensions and the like. */
function flat({ reader, typeOfKind }: Source, end: number, type: string): JsonValue {
  const numbers = new Map<number, number>();
  const bytes = new Map<number, Buffer>();
  const list: string[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if ((tag & 7) === 0) numbers.set(tag >>> 3, Number(reader.int64()));
    else if ((tag & 7) === 2) {
      const value = Buffer.from(reader.bytes());
      if (type === 'stringlist') list.push(value.toString());
      bytes.set(tag >>> 3, value);
    } else reader.skipType(tag & 7);
  }
  const seconds = (): string => new Date((numbers.get(1) ?? 0) * 1000).toISOString().slice(0, 19);
  switch (type) {
    case 'time':
      return numbers.size ? `${seconds()}Z` : null;
    case 'microtime':
      return numbers.size ? `${seconds()}.${String(Math.floor((numbers.get(2) ?? 0) / 1000)).padStart(6, '0')}Z` : null;
    case 'quantity':
      return bytes.get(1)?.toString() ?? '0';
    case 'intorstr':
      return (numbers.get(1) ?? 0) === 1 ? (bytes.get(3)?.toString() ?? '') : (numbers.get(2) ?? 0);
    case 'stringlist':
      return list;
    default: {
      // Objects inside objects are JSON, or protobuf in an envelope of their own.
      const content = bytes.get(1);
      if (!content?.length) return null;
      return isEnvelope(content) ? decodeProtobuf(content, typeOfKind) : (parseJsonText(content.toString()) as JsonValue);
    }
  }
}

const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
/** A schema or a list, a schema or a truth, a schema or a list of names: one JSON value, two fields. */
function union(source: Source, end: number, form: string): JsonValue {
  const { reader } = source;
  let allows = false;
  let schema: JsonValue | undefined;
  const list: JsonValue[] = [];
  const one = (): JsonValue => {
    const length = reader.uint32();
    return message(source, reader.pos + length, SCHEMA);
  };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 8 && form === 'orbool') allows = reader.bool();
    else if (tag === (form === 'orbool' ? 18 : 10)) schema = one();
    else if (tag === 18) list.push(form === 'orarray' ? one() : reader.string());
    else reader.skipType(tag & 7);
  }
  return schema ?? (form === 'orbool' ? allows : list);
}
