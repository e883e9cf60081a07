// Objects on the wire: each is turned to JSON once per revision, lists and watch frames are put together from those pieces.
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { ListResult } from '../operations/read.ts';

/** JSON of an object without its opening brace, kind and version: `"metadata":{…},…}`. */
const bodies = new WeakMap<KubeObject, string>();

function bodyOf(object: KubeObject): string {
  let body = bodies.get(object);
  if (body === undefined) {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    body = JSON.stringify(rest).slice(1);
    bodies.set(object, body);
  }
  return body;
}

export function encodeObject(object: KubeObject): string {
  const body = bodyOf(object);
  return `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)}${body === '}' ? '' : ','}${body}`;
}

export function encodeListHead(kind: string, groupVersion: string, { resourceVersion, continue: next, remainingItemCount }: Omit<ListResult, 'items'>): string {
  const metadata = { resourceVersion, ...(next ? { continue: next } : {}), ...(remainingItemCount ? { remainingItemCount } : {}) };
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(groupVersion)},"metadata":${JSON.stringify(metadata)}`;
}

/** Pieces of a list, so that a long one need not be one string. */
export function* encodeList(resource: AnyResource, list: ListResult): Generator<string> {
  yield `${encodeListHead(`${resource.kind}List`, resource.groupVersion, list)},"items":[`;
  let piece = '';
  let first = true;
  for (const item of list.items) {
    // Items of built-in lists carry no kind and version of their own.
    piece += `${first ? '' : ','}{${bodyOf(item)}`;
    first = false;
    if (piece.length > 256 * 1024) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]}\n`;
}

const frames = new WeakMap<KubeObject, Map<string, string>>();

/** One line of a watch stream; made once for all watchers. */
export function encodeWatchEvent({ type, object }: WatchEvent<KubeObject>): string {
  let byType = frames.get(object);
  if (!byType) frames.set(object, (byType = new Map()));
  let frame = byType.get(type);
  if (frame === undefined) byType.set(type, (frame = `{"type":"${type}","object":${encodeObject(object)}}\n`));
  return frame;
}
