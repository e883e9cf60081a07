// Event: one store behind core/v1 and events.k8s.io/v1; an event lives for an hour. Models kubernetes/pkg/registry/core/event/strategy.go
import type { Event } from '../../../kube/api/core-v1.ts';
import { humanAge } from '../../../kube/machinery/human-duration.ts';
import { defineKind } from '../descriptor.ts';
import { validateEvent } from './validation/event.ts';

const LIFETIME_MS = 3_600_000;

export const events = defineKind<Event>('v1', 'events', {
  bareFinalizers: true,
  metadataChecks: [],
  shelf: 'events',
  lifetimeMs: LIFETIME_MS,
  createOnUpdate: true,
  names: 'path-segment',
  defaults(draft) {
    // Lists and watches of events.k8s.io need both sides filled alike.
    draft.reportingComponent ??= '';
    draft.reportingInstance ??= '';
  },
  validate: (event) => validateEvent(event),
  validateUpdate: (next) => validateEvent(next),
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ''),
    type: ({ type }) => type ?? '',
  },
  row(event, { now }) {
    const first = event.firstTimestamp ? humanAge(event.firstTimestamp, now) : humanAge(event.eventTime, now);
    const last = event.series ? humanAge(event.series.lastObservedTime, now) : event.lastTimestamp ? humanAge(event.lastTimestamp, now) : first;
    const about = event.involvedObject;
    const component = event.source?.component || event.reportingComponent || '';
    const instance = event.source?.host || event.reportingInstance || '';
    return [
      last,
      event.type ?? '',
      event.reason ?? '',
      about.name ? `${(about.kind ?? '').toLowerCase()}/${about.name}` : (about.kind ?? '').toLowerCase(),
      about.fieldPath ?? '',
      instance ? `${component}, ${instance}` : component,
      (event.message ?? '').trim(),
      first,
      event.series?.count ?? (event.count || 1),
      event.metadata.name ?? '',
    ];
  },
});
