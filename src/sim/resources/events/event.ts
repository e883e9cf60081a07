// events.k8s.io/v1: the same events as core/v1, in the newer words.
import type { Event as CoreEvent } from '../../../kube/api/core-v1.ts';
import type { Event } from '../../../kube/api/events-v1.ts';
import { events as coreEvents } from '../core/event.ts';
import { asAny, defineKind } from '../descriptor.ts';
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

/** The selectable fields of core/v1 under the names of this version. */
const selectableFields = Object.fromEntries(
  Object.entries(coreEvents.kindRules.selectableFields ?? {}).map(([field, valueOf]) => [
    field.replace(/^involvedObject\./, 'regarding.').replace(/^reportingComponent$/, 'reportingController'),
    (event: Event) => valueOf(toCoreEvent(event)),
  ]),
);

export const seriesEvents = defineKind<Event>('events.k8s.io/v1', 'events', {
  bareFinalizers: true,
  metadataChecks: [],
  createOnUpdate: true,
  selectableFields,
  row: (event, context) => coreEvents.kindRules.row?.(toCoreEvent(event), context) ?? [],
  hub: { resource: asAny(coreEvents), toHub: toCoreEvent, fromHub: (object) => toSeriesEvent(object as CoreEvent) },
});
