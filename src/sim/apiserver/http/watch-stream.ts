// A watch on the wire: headers at once, one JSON line per event, ended when the client is too slow or the time is up.
import type { Http2ServerResponse } from 'node:http2';
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, invalid, StatusError } from '../../../kube/machinery/status-error.ts';
import type { ApiServer } from '../api-server.ts';
import { isTrue } from '../filters/request-info.ts';
import type { ResourceRequest } from '../request.ts';
import { encodeWatchEvent } from '../serializer/encode.ts';
import type { Wanted } from '../serializer/negotiate.ts';
import { partialOf, tableOf, type IncludeObject } from '../serializer/table.ts';

/** What may wait for a slow client; then the stream ends and the client lists again. */
const LARGEST_BACKLOG_BYTES = 16 * 1024 * 1024;
const LONGEST_MS = 30 * 60_000;
const SHORTEST_DEFAULT_MS = 30 * 60_000;

interface WatchStream {
  readonly api: ApiServer;
  readonly request: ResourceRequest;
  readonly query: URLSearchParams;
  readonly wanted: Wanted;
  readonly include: IncludeObject;
  readonly stream: Http2ServerResponse;
  /** Tells when the client has gone. */
  closed(stop: () => void): void;
}

/** Throws StatusError before anything is sent. */
export function streamWatch({ api, request, query, wanted, include, stream, closed }: WatchStream): void {
  const { resource } = request;
  const { clock } = api.context;
  const sendInitialEvents = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  if (sendInitialEvents !== null && isTrue(sendInitialEvents) && match !== 'NotOlderThan')
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        field: 'resourceVersionMatch',
        reason: 'FieldValueForbidden',
        detail: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  if (sendInitialEvents === null && match)
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        field: 'resourceVersionMatch',
        reason: 'FieldValueForbidden',
        detail: 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      },
    ]);
  const timeoutSeconds = Number(query.get('timeoutSeconds') ?? 0);
  if (Number.isNaN(timeoutSeconds)) throw badRequest('timeoutSeconds is no number');
  let first = true;
  const frame = (event: WatchEvent<KubeObject>): string => {
    if (wanted.as === 'object') return encodeWatchEvent(event);
    if (wanted.as === 'PartialObjectMetadata') return `${JSON.stringify({ type: event.type, object: partialOf(event.object, wanted.version) })}\n`;
    const objects = event.type === 'BOOKMARK' ? [] : [event.object];
    const metadata =
      event.type === 'BOOKMARK'
        ? {
            resourceVersion: event.object.metadata.resourceVersion ?? '',
            ...(event.object.metadata.annotations ? { annotations: event.object.metadata.annotations } : {}),
          }
        : { resourceVersion: event.object.metadata.resourceVersion ?? '' };
    const table = tableOf(resource, objects, metadata, include, wanted.version, { now: clock.now() }, first);
    first = false;
    return `${JSON.stringify({ type: event.type, object: table })}\n`;
  };
  let ended = false;
  let stop = (): void => {};
  let queued: string[] = [];
  let flushing = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    stop();
    timer.cancel();
    if (!stream.writableEnded) stream.end();
  };
  // Events of one turn of the event loop leave in one write.
  const flush = (): void => {
    flushing = false;
    if (ended || !queued.length) return;
    stream.write(queued.join(''));
    queued = [];
    if (stream.writableLength > LARGEST_BACKLOG_BYTES) end();
  };
  const send = (event: WatchEvent<KubeObject>): void => {
    if (ended) return;
    queued.push(frame(event));
    if (flushing) return;
    flushing = true;
    process.nextTick(flush);
  };
  const timer = clock.after(timeoutSeconds > 0 ? Math.min(timeoutSeconds * 1000, LONGEST_MS * 2) : SHORTEST_DEFAULT_MS, () => {
    flush();
    end();
  });
  closed(end);
  try {
    stop = api.watch(
      request,
      {
        ...request.list,
        sendInitialEvents: sendInitialEvents === null ? undefined : isTrue(sendInitialEvents),
        allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
      },
      send,
    );
  } catch (error) {
    timer.cancel();
    // A revision that is gone is told inside the stream, as upstream does.
    if (!(error instanceof StatusError) || error.code !== 410) {
      ended = true;
      throw error;
    }
    queued.push(`${JSON.stringify({ type: 'ERROR', object: error.toStatus() })}\n`);
    stream.writeHead(200, { 'content-type': 'application/json' });
    flush();
    end();
    return;
  }
  stream.writeHead(200, { 'content-type': 'application/json' });
  // Clients wait for the headers before they believe in the watch.
  if ('flushHeaders' in stream && typeof stream.flushHeaders === 'function') (stream as unknown as { flushHeaders(): void }).flushHeaders();
  if (ended) stop();
}
