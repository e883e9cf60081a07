// events.k8s.io/v1: the same events as core/v1, in the newer words.
import type { Event as CoreEvent } from '../../../kube/api/core-v1.ts';
import type { Event } from '../../../kube/api/events-v1.ts';
import { events as coreEvents } from '../core/event.ts';
import { defineKind } from '../descriptor.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';

/** core/v1 field → events.k8s.io/v1 field, where the names differ. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

function rename(object: JsonObject, from: 0 | 1): Record<string, JsonObject[string]> {
  const names = new Map(RENAMED.map((pair) => [pair[from], pair[1 - from]] as const));
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]));
}
export const toSeriesEvent = (event: CoreEvent): Event =>
  ({ ...rename(event as unknown as JsonObject, 0), apiVersion: 'events.k8s.io/v1' }) as unknown as Event;
export const toCoreEvent = (event: Event): CoreEvent => ({ ...rename(event as unknown as JsonObject, 1), apiVersion: 'v1' }) as unknown as CoreEvent;

export const seriesEvents = defineKind<Event>('events.k8s.io/v1', 'events', {
  shelf: 'events',
  lifetimeMs: coreEvents.kindRules.lifetimeMs ?? 0,
  createOnUpdate: true,
  fields(event) {
    const core = coreEvents.kindRules.fields?.(toCoreEvent(event)) ?? {};
    return Object.fromEntries(
      Object.entries(core).map(([key, value]) => [
        key.replace(/^involvedObject\./, 'regarding.').replace(/^reportingComponent$/, 'reportingController'),
        value,
      ]),
    );
  },
  row: (event, context) => coreEvents.kindRules.row?.(toCoreEvent(event), context) ?? [],
  stored: { from: (object) => toSeriesEvent(object as CoreEvent), to: (object) => toCoreEvent(object) },
});
