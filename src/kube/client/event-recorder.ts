// Writes Events as components do: core events with counts and similar ones combined, and the scheduler's events.k8s.io ones with a series.
// Models kubernetes/staging/src/k8s.io/client-go/tools/record/events_cache.go and tools/events/event_broadcaster.go
import type { Event as CoreEvent } from '../api/core-v1.ts';
import type { Event as SeriesEvent } from '../api/events-v1.ts';
import { events, eventsEventsV1 } from '../api/resources.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KubeObject } from '../machinery/object.ts';
import { isStatusError } from '../machinery/status-error.ts';
import { formatMicroTime, formatTime } from '../machinery/time.ts';
import type { ApiClient } from './api-client.ts';

export type EventType = 'Normal' | 'Warning';
export interface EventTarget extends KubeObject {}
export interface CoreEventFields {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  /** Part of the object the event is about: `spec.containers{nginx}`. */
  readonly fieldPath?: string;
}

interface Cached {
  readonly name: string;
  readonly namespace: string;
  count: number;
  last: number;
}
interface Similar {
  readonly messages: Set<string>;
  last: number;
}
interface Bucket {
  tokens: number;
  at: number;
}

const CACHE_LIMIT = 4096;
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;
const SERIES_FINISH_MS = 360_000;

/** Drops the oldest entries of an insertion-ordered map beyond the limit. */
function bound<V>(map: Map<string, V>): void {
  while (map.size > CACHE_LIMIT) map.delete(map.keys().next().value as string);
}

const reference = (object: EventTarget, fieldPath?: string): CoreEvent['involvedObject'] => ({
  kind: object.kind,
  ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
  ...(object.metadata.name ? { name: object.metadata.name } : {}),
  ...(object.metadata.uid ? { uid: object.metadata.uid } : {}),
  apiVersion: object.apiVersion,
  ...(object.metadata.resourceVersion ? { resourceVersion: object.metadata.resourceVersion } : {}),
  ...(fieldPath ? { fieldPath } : {}),
});

/** Writes are queued one after another and never throw: an event that cannot be written is logged and dropped. */
abstract class Recorder {
  protected readonly client: ApiClient;
  protected readonly clock: Clock;
  readonly #log: Logger;
  #lastNanos = 0n;
  #tail: Promise<void> = Promise.resolve();

  constructor(client: ApiClient, clock: Clock, log: Logger) {
    this.client = client;
    this.clock = clock;
    this.#log = log;
  }

  /** Resolves when what was recorded so far is written. */
  flush(): Promise<void> {
    return this.#tail;
  }

  protected enqueue(write: () => Promise<void>): void {
    this.#tail = this.#tail.then(write).catch((error: unknown) => {
      // Events of a namespace that goes away are expected to be refused.
      if (isStatusError(error) && error.code === 403) return;
      this.#log.warn('event not written', { error: error instanceof Error ? error.message : String(error) });
    });
  }

  /** `web-abc.18a3f0c2d4e5f607`: the object's name and the time in nanoseconds, never the same twice. */
  protected eventName(object: EventTarget): string {
    const nanos = BigInt(Math.round(this.clock.now())) * 1_000_000n;
    this.#lastNanos = nanos > this.#lastNanos ? nanos : this.#lastNanos + 1n;
    return `${object.metadata.name ?? ''}.${this.#lastNanos.toString(16)}`;
  }
}

/** The recorder of controllers and kubelets: `source`, `count`, first and last times. */
export class CoreEventRecorder extends Recorder {
  readonly #source: { readonly component: string; readonly host?: string };
  readonly #seen = new Map<string, Cached>();
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(client: ApiClient, source: { readonly component: string; readonly host?: string }, clock: Clock, log: Logger) {
    super(client, clock, log);
    this.#source = source;
  }

  event(object: EventTarget, fields: CoreEventFields): void {
    const now = this.clock.now();
    const about = `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}/${object.metadata.uid ?? ''}/${object.apiVersion}`;
    if (!this.#allowed(about, now)) return;
    const group = `${about}|${fields.type}|${fields.reason}`;
    let { message } = fields;
    let key = `${group}|${message}|${fields.fieldPath ?? ''}`;
    const similar = this.#similar.get(group);
    const current = similar && now - similar.last <= SIMILAR_WINDOW_MS ? similar : { messages: new Set<string>(), last: now };
    current.last = now;
    current.messages.add(message);
    this.#similar.delete(group);
    this.#similar.set(group, current);
    bound(this.#similar);
    if (current.messages.size > SIMILAR_LIMIT) {
      current.messages.delete(current.messages.values().next().value as string);
      key = group;
      message = `(combined from similar events): ${message}`;
    }
    const known = this.#seen.get(key);
    if (known) {
      known.count += 1;
      known.last = now;
      const { count } = known;
      this.enqueue(async () => {
        try {
          await this.client.patch(events, known.name, 'strategic', { count, lastTimestamp: formatTime(now), message }, { namespace: known.namespace });
        } catch (error) {
          if (!isStatusError(error, 'NotFound')) throw error;
          // Expired or deleted meanwhile: it starts again.
          this.#seen.delete(key);
          await this.#create(object, { ...fields, message }, this.eventName(object), now);
        }
      });
      return;
    }
    const name = this.eventName(object);
    this.#seen.set(key, { name, namespace: object.metadata.namespace ?? 'default', count: 1, last: now });
    bound(this.#seen);
    this.enqueue(() => this.#create(object, { ...fields, message }, name, now));
  }

  async #create(object: EventTarget, { type, reason, message, fieldPath }: CoreEventFields, name: string, now: number): Promise<void> {
    const namespace = object.metadata.namespace ?? 'default';
    await this.client.create(
      events,
      {
        metadata: { name, namespace },
        involvedObject: reference(object, fieldPath),
        reason,
        message,
        type,
        source: this.#source,
        firstTimestamp: formatTime(now),
        lastTimestamp: formatTime(now),
        count: 1,
        reportingComponent: this.#source.component,
        reportingInstance: this.#source.host ?? '',
      },
      { namespace },
    );
  }

  /** At most 25 events at once about one object, then one in five minutes. */
  #allowed(about: string, now: number): boolean {
    const bucket = this.#buckets.get(about) ?? { tokens: SPAM_BURST, at: now };
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.at) / SPAM_REFILL_MS);
    bucket.at = now;
    this.#buckets.delete(about);
    this.#buckets.set(about, bucket);
    bound(this.#buckets);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

export interface SeriesEventFields {
  readonly type: EventType;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  /** The other object that had a part in it. */
  readonly related?: EventTarget;
}

/** The scheduler's recorder: events.k8s.io/v1, repeated ones become a series. */
export class SeriesEventRecorder extends Recorder {
  readonly #controller: string;
  readonly #instance: string;
  readonly #seen = new Map<string, Cached>();

  constructor(client: ApiClient, controller: string, instance: string, clock: Clock, log: Logger) {
    super(client, clock, log);
    this.#controller = controller;
    this.#instance = instance;
  }

  event(regarding: EventTarget, { type, reason, action, note, related }: SeriesEventFields): void {
    const now = this.clock.now();
    const namespace = regarding.metadata.namespace ?? 'default';
    // As upstream: an object that has changed meanwhile begins an event of its own.
    const about = (object: EventTarget | undefined): string => `${object?.metadata.uid ?? ''}@${object?.metadata.resourceVersion ?? ''}`;
    const key = [regarding.kind, namespace, regarding.metadata.name, about(regarding), type, reason, action, about(related)].join('|');
    const known = this.#seen.get(key);
    if (known && now - known.last < SERIES_FINISH_MS) {
      known.count += 1;
      known.last = now;
      const { count } = known;
      this.enqueue(async () => {
        const series = { count, lastObservedTime: formatMicroTime(now) };
        await this.client.patch(eventsEventsV1, known.name, 'strategic', { series }, { namespace }).catch((error: unknown) => {
          if (!isStatusError(error, 'NotFound')) throw error;
          // Expired or deleted meanwhile: the next one starts again.
          this.#seen.delete(key);
        });
      });
      return;
    }
    const name = this.eventName(regarding);
    this.#seen.delete(key);
    this.#seen.set(key, { name, namespace, count: 1, last: now });
    bound(this.#seen);
    const event: Omit<SeriesEvent, 'apiVersion' | 'kind'> = {
      metadata: { name, namespace },
      eventTime: formatMicroTime(now),
      reportingController: this.#controller,
      reportingInstance: this.#instance,
      action,
      reason,
      type,
      note,
      regarding: reference(regarding),
      ...(related ? { related: reference(related) } : {}),
    };
    this.enqueue(async () => {
      await this.client.create(eventsEventsV1, event, { namespace });
    });
  }
}
