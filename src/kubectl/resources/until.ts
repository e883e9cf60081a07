// Waiting for one object to become what is wanted: it is listed, then watched, for as long as it takes. Models kubernetes/staging/src/k8s.io/client-go/tools/watch/until.go (UntilWithSync)
import type { JsonObject } from '../../kube/machinery/json.ts';
import { isStatusError } from '../../kube/machinery/status-error.ts';
import type { Timer } from '../../platform/clock.ts';
import type { ResourceClient } from '../client/resource-client.ts';
import { Exit } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { isList, metadataOf, textField } from './info.ts';

export interface Awaited {
  readonly client: ResourceClient;
  readonly namespace: string;
  readonly name: string;
  /** From now on; 0 waits for ever. */
  readonly timeoutMs: number;
  /** What is thrown when the time is over. */
  readonly timedOut: () => Error;
  /** Told of the object as it is and of every change; undefined once it is gone. True ends the waiting; what it throws does too. */
  readonly isDone: (object: JsonObject | undefined) => boolean;
}

/** Whoever waits answers Ctrl-C itself, and is not ended by it. */
const INTERRUPTED_EXIT = 1;

/** Items of a list do not say what they are. */
const typed = (item: JsonObject, { apiVersion, kind }: JsonObject): JsonObject =>
  item['kind'] ? item : { kind: String(kind).replace(/List$/, ''), apiVersion, ...item };

/** Resolves with the object that `isDone` accepted. A server that ends the watch is asked again. */
export async function untilDone(
  { client, namespace, name, timeoutMs, timedOut, isDone }: Awaited,
  { clock, interrupted }: Ports,
): Promise<JsonObject | undefined> {
  const over = new AbortController();
  const timer: Timer | undefined = timeoutMs > 0 ? clock.after(timeoutMs, () => over.abort()) : undefined;
  const signal = AbortSignal.any([over.signal, interrupted]);
  const fieldSelector = `metadata.name=${name}`;
  try {
    for (;;) {
      const page = await client.list({ namespace }, { fieldSelector });
      const [listed] = isList(page) ? page.items.map((item) => typed(item, page)) : [];
      if (isDone(listed)) return listed;
      const ended = await watchOn(textField(metadataOf(page), 'resourceVersion'));
      if (ended) return ended.object;
      if (signal.aborted) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    timer?.cancel();
  }
  throw interrupted.aborted ? new Exit(INTERRUPTED_EXIT) : timedOut();

  /** Undefined when the server has ended the watch, or has forgotten the revision. */
  async function watchOn(resourceVersion: string): Promise<{ readonly object: JsonObject | undefined } | undefined> {
    try {
      for await (const { type, object } of client.watch({ namespace }, { fieldSelector, resourceVersion, allowWatchBookmarks: true }, signal)) {
        if (type === 'BOOKMARK') continue;
        const now = type === 'DELETED' ? undefined : object;
        if (isDone(now)) return { object: now };
      }
    } catch (error) {
      if (!isStatusError(error, 'Expired') && !isStatusError(error, 'Gone')) throw error;
    }
    return undefined;
  }
}
