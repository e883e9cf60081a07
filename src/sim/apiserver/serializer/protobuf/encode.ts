// JSON to the messages of generated.proto, byte for byte as gogo's marshallers write them: ascending numbers, maps by key,
// what Go holds by value always, what it points to only where it is there.
import protobuf from 'protobufjs/minimal.js';
import type { JsonObject, JsonValue } from '../../../../kube/machinery/json.ts';
import { findType, isScalar, type FieldFact } from '../../../resources/types.ts';
import { numbersOf, type FieldAt, type Numbers } from './plan.ts';

type Writer = protobuf.Writer;
type Long = Exclude<Parameters<Writer['int64']>[0], number | string>;
type Given = JsonValue | undefined;
const EMPTY: JsonObject = {};

/** The message of an object, without envelope. */
export function encodeMessage(type: string, value: JsonObject): Uint8Array {
  const writer = protobuf.Writer.create();
  fields(writer, numbersOf(type), value);
  return writer.finish();
}

function fields(writer: Writer, numbers: Numbers, value: JsonObject): void {
  for (const [number, at] of numbers) {
    if (at instanceof Map) {
      writer.uint32((number << 3) | 2).fork();
      fields(writer, at as Numbers, value);
      writer.ldelim();
      continue;
    }
    const { name, fact } = at as FieldAt;
    const given: Given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (fact.m) mapped(writer, number, fact, given);
    else if (fact.l) {
      if (Array.isArray(given)) for (const item of given as readonly JsonValue[]) single(writer, number, fact, item);
    } else if (given === undefined || given === null) {
      if (!fact.p && !mayBeNil(fact)) single(writer, number, fact, undefined);
    } else single(writer, number, fact, given);
  }
}

/** Slices of bytes and unions are nil when nobody set them; everything else that is no pointer is written, zero or not. */
const mayBeNil = ({ t }: FieldFact): boolean => t === 'bytes' || t === 'stringlist';

function mapped(writer: Writer, number: number, fact: FieldFact, given: Given): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
  const map = given as JsonObject;
  for (const key of Object.keys(map).sort(byBytes)) {
    writer.uint32((number << 3) | 2).fork();
    writer.uint32(10).string(key);
    if (fact.t !== 'bytes' || map[key] !== null) single(writer, 2, fact, map[key]);
    writer.ldelim();
  }
}
/** Go sorts by bytes, JavaScript by UTF-16: they differ beyond the basic plane only. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function single(writer: Writer, number: number, fact: FieldFact, given: Given): void {
  const tag = number << 3;
  const { t } = fact;
  const value = given ?? undefined;
  if (!isScalar(t)) {
    if (findType(t)?.s) writer.uint32(tag | 2).string(textOf(value));
    else {
      writer.uint32(tag | 2).fork();
      fields(writer, numbersOf(t), typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : EMPTY);
      writer.ldelim();
    }
    return;
  }
  switch (t) {
    case 'string':
      writer.uint32(tag | 2).string(textOf(value));
      return;
    case 'bytes':
      writer.uint32(tag | 2).bytes(Buffer.from(textOf(value), 'base64'));
      return;
    case 'bool':
      writer.uint32(tag).bool(value === true);
      return;
    case 'int':
    case 'int32':
    case 'int64':
      writer.uint32(tag).int64(integerOf(value));
      return;
    case 'double':
      writer.uint32(tag | 1).double(typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : 0);
      return;
    default:
      writer.uint32(tag | 2).fork();
      flat(writer, fact, value);
      writer.ldelim();
  }
}

/** In halves, where a number cannot hold it. */
function integerOf(value: Given): number | Long {
  if (typeof value !== 'bigint') return typeof value === 'number' ? value : 0;
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false } as Long;
}

const textOf = (value: Given): string => (typeof value === 'string' ? value : '');

/** The messages behind times, quantities and the like. */
function flat(writer: Writer, { t, pt }: FieldFact, value: Given): void {
  switch (t) {
    case 'time':
    case 'microtime': {
      if (typeof value !== 'string') return;
      const at = Date.parse(value);
      const micros = t === 'microtime' ? Number((/\.(\d{1,6})/.exec(value)?.[1] ?? '0').padEnd(6, '0')) : 0;
      writer
        .uint32(8)
        .int64(Math.floor(at / 1000))
        .uint32(16)
        .int32(micros * 1000);
      return;
    }
    case 'quantity':
      writer.uint32(10).string(value === undefined ? '0' : String(value));
      return;
    case 'intorstr':
      writer
        .uint32(8)
        .int64(typeof value === 'string' ? 1 : 0)
        .uint32(16)
        .int32(typeof value === 'number' ? value : 0)
        .uint32(26)
        .string(textOf(value));
      return;
    case 'stringlist':
      if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) writer.uint32(10).string(textOf(item));
      return;
    default:
      if (pt) union(writer, pt, value);
      else if (value !== undefined) writer.uint32(10).bytes(Buffer.from(JSON.stringify(value)));
  }
}

const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
function union(writer: Writer, form: string, value: Given): void {
  const schema = (tag: number, each: JsonValue): void => {
    writer.uint32(tag).fork();
    fields(writer, numbersOf(SCHEMA), each as JsonObject);
    writer.ldelim();
  };
  const isSchema = typeof value === 'object' && !Array.isArray(value);
  if (form === 'orbool') {
    writer.uint32(8).bool(value === true || isSchema);
    if (isSchema) schema(18, value as JsonValue);
    return;
  }
  if (isSchema) schema(10, value as JsonValue);
  else if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      if (form === 'orarray') schema(18, item);
      else writer.uint32(18).string(textOf(item));
    }
  }
}
