// What the controllers of endpoints remember between two looks: which slices they wrote, and when what they show last changed.
// Models kubernetes/staging/src/k8s.io/endpointslice/util/{endpointslice_tracker,trigger_time_tracker}.go
import type { Pod, Service } from '../api/core-v1.ts';
import type { EndpointSlice } from '../api/discovery-v1.ts';
import { keyOf } from '../machinery/object.ts';
import { podCondition } from '../machinery/pod-conditions.ts';
import { parseTime } from '../machinery/time.ts';

/** Tells whether the informer has caught up with our own writes; acting before would make slices twice. */
export class SliceTracker {
  readonly #written = new Map<string, Map<string, number>>();

  wrote(owner: string, { metadata }: EndpointSlice): void {
    let slices = this.#written.get(owner);
    if (!slices) this.#written.set(owner, (slices = new Map()));
    slices.set(metadata.uid ?? '', metadata.generation ?? 0);
  }

  /** Deleted, by us or by somebody else. */
  gone(owner: string, { metadata }: EndpointSlice): void {
    this.#written.get(owner)?.delete(metadata.uid ?? '');
  }

  forget(owner: string): void {
    this.#written.delete(owner);
  }

  isStale(owner: string, known: readonly EndpointSlice[]): boolean {
    const seen = new Map(known.map(({ metadata }) => [metadata.uid, metadata.generation ?? 0]));
    for (const [uid, generation] of this.#written.get(owner) ?? []) if ((seen.get(uid) ?? -1) < generation) return true;
    return false;
  }
}

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** When the change happened that endpoints are about to show. */
export class TriggerTimes {
  readonly #known = new Map<string, { readonly service: number; readonly pods: ReadonlyMap<string, number> }>();

  /** Milliseconds; undefined when nothing new explains the change. */
  next(service: Service, pods: readonly Pod[]): number | undefined {
    const key = keyOf(service);
    const before = this.#known.get(key);
    const created = parseTime(service.metadata.creationTimestamp);
    const times = new Map(
      pods.flatMap((pod) => {
        const since = parseTime(podCondition(pod, 'Ready')?.lastTransitionTime);
        return Number.isNaN(since) ? [] : [[pod.metadata.name ?? '', since] as const];
      }),
    );
    this.#known.set(key, { service: created, pods: times });
    if (!before) return Number.isNaN(created) ? undefined : created;
    const changed = [...times].filter(([name, at]) => at > (before.pods.get(name) ?? Number.NEGATIVE_INFINITY)).map(([, at]) => at);
    if (created > before.service) changed.push(created);
    return changed.length ? Math.min(...changed) : undefined;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}

/** The annotations with the trigger time set, or removed when there is none. */
export function withTriggerTime(annotations: Readonly<Record<string, string>> | undefined, atMs: number | undefined): Record<string, string> {
  const { [TRIGGER_TIME]: _old, ...rest } = annotations ?? {};
  return atMs === undefined ? rest : { ...rest, [TRIGGER_TIME]: new Date(atMs).toISOString().replace(/\.000Z$/, 'Z') };
}
