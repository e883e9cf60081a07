// A Swagger document in the protobuf form that older clients insist on. Models github.com/google/gnostic-models openapiv2/OpenAPIv2.proto
import protobuf from 'protobufjs/minimal.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

type Writer = protobuf.Writer;
/** Writes one value below its field number. */
type FieldWriter = (writer: Writer, number: number, value: JsonValue) => void;
type Message = Readonly<Record<string, readonly [number: number, write: FieldWriter]>>;

const LENGTH = 2;
const tag = (number: number, wire: number): number => (number << 3) | wire;
const nested = (writer: Writer, number: number, fill: (inner: Writer) => void): void => {
  writer.uint32(tag(number, LENGTH)).fork();
  fill(writer);
  writer.ldelim();
};
const text: FieldWriter = (writer, number, value) => {
  writer.uint32(tag(number, LENGTH)).string(String(value));
};
const flag: FieldWriter = (writer, number, value) => {
  writer.uint32(tag(number, 0)).bool(value === true);
};
/** `Any`: its YAML, of which JSON is a part. */
const any: FieldWriter = (writer, number, value) => nested(writer, number, (inner) => text(inner, 2, JSON.stringify(value)));
const list =
  (write: FieldWriter): FieldWriter =>
  (writer, number, value) => {
    for (const each of value as readonly JsonValue[]) write(writer, number, each);
  };
/** Entries as `{name, value}` messages. */
const named =
  (write: FieldWriter): FieldWriter =>
  (writer, number, value) => {
    for (const [name, each] of Object.entries(value as JsonObject)) {
      if (each !== undefined)
        nested(writer, number, (inner) => {
          text(inner, 1, name);
          write(inner, 2, each);
        });
    }
  };
const inside =
  (outer: number, write: FieldWriter): FieldWriter =>
  (writer, number, value) =>
    nested(writer, number, (inner) => write(inner, outer, value));

/** Writes the known fields of an object; `x-…` fields go to `extensions`. */
const message =
  (fields: () => Message, extensions?: number): FieldWriter =>
  (writer, number, value) =>
    nested(writer, number, (inner) => write(inner, fields(), value as JsonObject, extensions));

function write(writer: Writer, fields: Message, value: JsonObject, extensions: number | undefined): void {
  const extra: Record<string, JsonValue> = {};
  for (const [key, each] of Object.entries(value)) {
    if (each === undefined || each === null) continue;
    const field = fields[key];
    if (field) field[1](writer, field[0], each);
    else if (key.startsWith('x-')) extra[key] = each;
  }
  if (extensions !== undefined && Object.keys(extra).length) named(any)(writer, extensions, extra);
}

const schema: FieldWriter = message(() => SCHEMA, 31);
const SCHEMA: Message = {
  $ref: [1, text],
  format: [2, text],
  description: [4, text],
  default: [5, any],
  required: [19, list(text)],
  enum: [20, list(any)],
  additionalProperties: [21, inside(1, schema)],
  type: [22, inside(1, text)],
  items: [23, inside(1, schema)],
  allOf: [24, list(schema)],
  properties: [25, inside(1, named(schema))],
};
const QUERY: Message = { required: [1, flag], in: [2, text], description: [3, text], name: [4, text], type: [6, text], uniqueItems: [20, flag] };
const PATH: Message = { required: [1, flag], in: [2, text], description: [3, text], name: [4, text], type: [5, text], uniqueItems: [18, flag] };
const BODY: Message = { description: [1, text], name: [2, text], in: [3, text], required: [4, flag], schema: [5, schema] };

/** One of the forms that a parameter has, by where it is. */
const parameter: FieldWriter = (writer, number, value) =>
  nested(writer, number, (inner) => {
    const where = isJsonObject(value) ? value['in'] : '';
    if (where === 'body') BODY_PARAMETER(inner, 1, value);
    else nested(inner, 2, (plain) => (where === 'path' ? PATH_PARAMETER(plain, 4, value) : QUERY_PARAMETER(plain, 3, value)));
  });
const BODY_PARAMETER = message(() => BODY, 6);
const PATH_PARAMETER = message(() => PATH, 22);
const QUERY_PARAMETER = message(() => QUERY, 23);
/** In a list of them: a parameter, or where it is written. */
const parameterOrReference: FieldWriter = (writer, number, value) =>
  nested(writer, number, (item) =>
    isJsonObject(value) && value['$ref'] !== undefined ? message(() => ({ $ref: [1, text] }))(item, 2, value) : parameter(item, 1, value),
  );
const response: FieldWriter = inside(
  1,
  message(() => ({ description: [1, text], schema: [2, inside(1, schema)] })),
);
const operation: FieldWriter = message(
  () => ({
    tags: [1, list(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, list(text)],
    consumes: [7, list(text)],
    parameters: [8, list(parameterOrReference)],
    responses: [9, inside(1, named(response))],
    schemes: [10, list(text)],
  }),
  13,
);
const pathItem: FieldWriter = message(() => ({
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  options: [6, operation],
  head: [7, operation],
  patch: [8, operation],
  parameters: [9, list(parameterOrReference)],
}));
const DOCUMENT: Message = {
  swagger: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [2, text] }))],
  paths: [8, inside(2, named(pathItem))],
  definitions: [9, inside(1, named(schema))],
  parameters: [10, inside(1, named(parameter))],
  security: [12, list(inside(1, named(inside(1, list(text)))))],
  securityDefinitions: [
    13,
    inside(
      1,
      named(
        inside(
          2,
          message(() => ({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] })),
        ),
      ),
    ),
  ],
};

export function encodeSwagger(document: JsonObject): Buffer {
  const writer = protobuf.Writer.create();
  write(writer, DOCUMENT, document, undefined);
  return Buffer.from(writer.finish());
}
