// A watch on the wire: headers at once, one frame per event, ended when the client is too slow or the time is up.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { StatusError } from '../../../kube/machinery/status-error.ts';
import type { Exchange } from '../filters/filter.ts';
import { isTrue } from '../filters/request-info.ts';
import type { ResourceRequest } from '../request.ts';
import { valueFrame } from '../serializer/encode.ts';
import { integerOf } from '../serializer/go-values.ts';
import type { Wanted } from '../serializer/negotiate.ts';
import { PARTIAL_TYPE, partialOf } from '../serializer/partial.ts';
import { eventTable, type IncludeObject } from '../serializer/table.ts';
import { FrameQueue } from './frame-queue.ts';
import { startStream } from './respond.ts';
import { sharedFrameOf, type SharedFrame } from './shared-frame.ts';

/** How long a watch lasts that names no time: upstream picks between 30 and 60 minutes. */
const SHORTEST_DEFAULT_MS = 30 * 60_000;

interface WatchStream {
  readonly exchange: Exchange;
  readonly request: ResourceRequest;
  readonly wanted: Wanted;
  readonly include: IncludeObject;
}

/** Throws StatusError before anything is sent. */
export function streamWatch({ exchange, request, wanted, include }: WatchStream): void {
  const { api, query, response } = exchange;
  const { resource } = request;
  const { clock, random } = api.context;
  const seconds = integerOf(query, 'timeoutSeconds') ?? 0;
  const lastsMs = seconds > 0 ? seconds * 1000 : SHORTEST_DEFAULT_MS * (1 + random.next());
  const frame = frameMaker(resource, wanted, include, sharedFrameOf(api), () => clock.now());
  const queue = new FrameQueue(response);
  const head = (): void => {
    const type = wanted.encoding === 'protobuf' ? 'application/vnd.kubernetes.protobuf;stream=watch' : 'application/json';
    startStream(exchange, 200, type);
  };
  let stop: () => void;
  try {
    stop = api.observe(request, { ...request.list, allowBookmarks: isTrue(query.get('allowWatchBookmarks')) }, (event) => queue.add(() => frame(event)));
  } catch (error) {
    // A revision that is gone is told inside the stream, as upstream does.
    if (!(error instanceof StatusError) || error.code !== 410) throw error;
    head();
    queue.add(() => valueFrame('ERROR', error.toStatus() as unknown as JsonObject, wanted.encoding));
    queue.finish();
    return;
  }
  const timer = clock.after(lastsMs, () => queue.finish());
  queue.ended = () => {
    stop();
    timer.cancel();
  };
  head();
}

type FrameMaker = (event: WatchEvent<KubeObject>) => readonly Uint8Array[];

function frameMaker(
  resource: ResourceRequest['resource'],
  { as, version, encoding }: Wanted,
  include: IncludeObject,
  shared: SharedFrame,
  now: () => number,
): FrameMaker {
  if (as === 'object') return (event) => shared.of(event, encoding, resource.schema);
  if (as === 'PartialObjectMetadata') return ({ type, object }) => shared.of({ type, object: partialOf(object, version) }, encoding, PARTIAL_TYPE);
  let isFirst = true;
  return ({ type, object }) => {
    const { resourceVersion = '', annotations } = object.metadata;
    const isBookmark = type === 'BOOKMARK';
    const metadata: JsonObject = { resourceVersion, ...(isBookmark && annotations ? { annotations } : {}) };
    const table = eventTable(resource, isBookmark ? undefined : object, metadata, include, version, { now: now() }, isFirst);
    isFirst = false;
    return [Buffer.from(`{"type":"${type}","object":${table}}\n`)];
  };
}
