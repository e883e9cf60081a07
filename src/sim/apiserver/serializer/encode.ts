// Objects on the wire: each is encoded once per revision and encoding; answers, lists and watch frames are put together around those bytes.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/storage/cacher/caching_object.go
import protobuf from 'protobufjs/minimal.js';
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { goJson } from '../../../kube/machinery/go-json.ts';
import { goYaml } from '../../../kube/machinery/go-yaml.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { listKindOf, type AnyResource } from '../../resources/descriptor.ts';
import type { ListResult } from '../operations/read.ts';
import { typeOfKind } from './kinds.ts';
import type { Encoding } from './negotiate.ts';
import { encodeMessage } from './protobuf/encode.ts';
import { ENVELOPE_TAIL, envelopeHead, seal } from './protobuf/envelope.ts';

interface Bodies {
  /** JSON without opening brace, kind and version: `"metadata":{…},…}`. */
  json?: Buffer;
  /** The message without envelope. */
  protobuf?: Uint8Array;
}
const bodies = new WeakMap<object, Bodies>();

function bodiesOf(object: object): Bodies {
  let found = bodies.get(object);
  if (!found) bodies.set(object, (found = {}));
  return found;
}

export function jsonBody(object: KubeObject): Buffer {
  const found = bodiesOf(object);
  if (!found.json) {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    found.json = Buffer.from(goJson(rest).slice(1));
  }
  return found.json;
}

export function protobufBody(object: KubeObject, type: string): Uint8Array {
  const found = bodiesOf(object);
  return (found.protobuf ??= encodeMessage(type, object as unknown as JsonObject));
}

const heads = new Map<string, Buffer>();
function jsonHead(object: KubeObject): Buffer {
  const key = `${object.apiVersion} ${object.kind}`;
  let head = heads.get(key);
  if (!head) heads.set(key, (head = Buffer.from(`{"kind":${goJson(object.kind)},"apiVersion":${goJson(object.apiVersion)}`)));
  return head;
}
const COMMA = Buffer.from(',');
const NEWLINE = Buffer.from('\n');
const jsonPieces = (object: KubeObject): readonly Buffer[] => {
  const body = jsonBody(object);
  return body.length === 1 ? [jsonHead(object), body] : [jsonHead(object), COMMA, body];
};

/** Undefined type: that of its kind. */
function protobufPieces(object: KubeObject, type: string | undefined): readonly Uint8Array[] {
  const body = protobufBody(object, type ?? typeOfKind(object.apiVersion, object.kind) ?? '');
  return [envelopeHead(object.apiVersion, object.kind, body.length), body, ENVELOPE_TAIL];
}

/** One whole object. */
export function encodeObject(object: KubeObject, encoding: Encoding, type?: string, pretty = false): Buffer {
  if (encoding === 'protobuf') return Buffer.concat(protobufPieces(object, type));
  if (encoding === 'yaml') return yamlOf(object as unknown as JsonValue);
  if (!pretty) return Buffer.concat([...jsonPieces(object), NEWLINE]);
  const { kind, apiVersion, ...rest } = object;
  return Buffer.from(goJson({ kind, apiVersion, ...rest }, 2));
}

/** Something that is no stored object: a Status, a Scale, a Table. */
export function encodeValue(value: JsonObject, encoding: Encoding, pretty = false): Buffer {
  if (encoding === 'yaml') return yamlOf(value);
  const { apiVersion, kind } = value;
  const type = encoding === 'protobuf' && typeof apiVersion === 'string' && typeof kind === 'string' ? typeOfKind(apiVersion, kind) : undefined;
  if (type) return seal(String(apiVersion), String(kind), encodeMessage(type, value));
  return Buffer.from(pretty ? goJson(value, 2) : `${goJson(value)}\n`);
}

const yamlOf = (value: JsonValue): Buffer => Buffer.from(goYaml(value));

export function listMetadata({ resourceVersion, continue: next, remainingItemCount }: Omit<ListResult, 'items'>): JsonObject {
  return { resourceVersion, ...(next ? { continue: next } : {}), ...(remainingItemCount ? { remainingItemCount } : {}) };
}

/** Bytes of a slice of a list, and how many items at most are encoded for it: what is done in one turn of the event loop. */
const SLICE_BYTES = 512 * 1024;

/** Pieces of a JSON list, so that a long one need not be one string. */
export function* encodeJsonList(resource: AnyResource, list: ListResult): Generator<Buffer> {
  const head = `{"kind":"${listKindOf(resource)}","apiVersion":"${resource.groupVersion}","metadata":${goJson(listMetadata(list))},"items":[`;
  yield* slices(list.items, Buffer.from(head), Buffer.from(']}\n'), (item, i) => [i ? ITEM_NEXT : ITEM_FIRST, jsonBody(item)]);
}
const ITEM_FIRST = Buffer.from('{');
const ITEM_NEXT = Buffer.from(',{');

/** Pieces of a protobuf list. All items are encoded before the first piece: the envelope begins with the length of what is in it. */
export function encodeProtobufList(resource: AnyResource, list: ListResult): Iterable<Buffer> {
  const { schema } = resource;
  return sealedList(resource.groupVersion, listKindOf(resource), listMetadata(list), list.items, (item) => protobufBody(item, schema));
}

const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
export function* sealedList<T>(
  apiVersion: string,
  kind: string,
  metadata: JsonObject,
  items: readonly T[],
  bodyOf: (item: T) => Uint8Array,
): Generator<Buffer> {
  const meta = encodeMessage(LIST_META, metadata);
  const metaHead = prefixOf(0x0a, meta.length);
  let length = metaHead.length + meta.length;
  for (const item of items) {
    const size = bodyOf(item).length;
    length += 1 + varintLength(size) + size;
  }
  const head = Buffer.concat([envelopeHead(apiVersion, kind, length), metaHead, meta]);
  yield* slices(items, head, ENVELOPE_TAIL, (item) => {
    const body = bodyOf(item);
    return [prefixOf(0x12, body.length), body];
  });
}

const varintLength = (value: number): number => Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
const prefixOf = (tag: number, length: number): Uint8Array => protobuf.Writer.create().uint32(tag).uint32(length).finish();

function* slices<T>(items: readonly T[], head: Buffer, tail: Buffer, piecesOf: (item: T, index: number) => readonly Uint8Array[]): Generator<Buffer> {
  let pieces: Uint8Array[] = [head];
  let bytes = head.length;
  for (let i = 0; i < items.length; i++) {
    for (const piece of piecesOf(items[i] as T, i)) {
      pieces.push(piece);
      bytes += piece.length;
    }
    if (bytes > SLICE_BYTES) {
      yield Buffer.concat(pieces, bytes);
      pieces = [];
      bytes = 0;
    }
  }
  pieces.push(tail);
  yield Buffer.concat(pieces);
}

/** A frame of a watch stream, in pieces that are the same for all watchers. */
export function watchFrame({ type, object }: WatchEvent<KubeObject>, encoding: Encoding, schema: string): readonly Uint8Array[] {
  if (encoding === 'protobuf') return protobufFrame(type, protobufPieces(object, schema));
  return [frameHead(type), ...jsonPieces(object), FRAME_TAIL];
}

const frameHeads = new Map<string, Buffer>();
function frameHead(type: string): Buffer {
  let head = frameHeads.get(type);
  if (!head) frameHeads.set(type, (head = Buffer.from(`{"type":"${type}","object":`)));
  return head;
}
const FRAME_TAIL = Buffer.from('}\n');

/** Four bytes of length, then a WatchEvent whose object is in an envelope of its own. */
export function protobufFrame(type: string, object: readonly Uint8Array[]): readonly Uint8Array[] {
  const size = object.reduce((sum, each) => sum + each.length, 0);
  const raw = prefixOf(0x0a, size);
  const event = protobuf.Writer.create()
    .uint32(0x0a)
    .string(type)
    .uint32(0x12)
    .uint32(raw.length + size)
    .finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length + raw.length + size);
  return [length, event, raw, ...object];
}

/** A frame around a value that is encoded for one watcher only: a Table, a Status. */
export function valueFrame(type: string, value: JsonObject, encoding: Encoding): readonly Uint8Array[] {
  if (encoding === 'protobuf') return protobufFrame(type, [encodeValue(value, 'protobuf')]);
  return [Buffer.from(`{"type":"${type}","object":${goJson(value)}}\n`)];
}
