// kubectl describe servicecidr and ipaddress
import { ipAddresses, serviceCIDRs } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { writeLabelsAndAnnotations } from './metadata.ts';
import { longTime } from './times.ts';

export const serviceCidr = describerOf(serviceCIDRs, (w, { metadata, spec, status }) => {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'CIDRs', (spec?.cidrs ?? []).join(', '));
  const conditions = status?.conditions ?? [];
  if (!conditions.length) return;
  w.line(0, 'Status:');
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message']);
  w.row(1, ['----', '------', '------------------', '------', '-------']);
  for (const { type, status: value, lastTransitionTime, reason = '', message = '' } of conditions)
    w.row(1, [type, value, longTime(lastTransitionTime), reason, message]);
});

export const ipAddress = describerOf(ipAddresses, (w, { metadata, spec }) => {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  const { parentRef } = spec ?? {};
  if (!parentRef) return;
  w.line(0, 'Parent Reference:');
  w.field(1, 'Group', parentRef.group ?? '');
  w.field(1, 'Resource', parentRef.resource ?? '');
  w.field(1, 'Namespace', parentRef.namespace ?? '');
  w.field(1, 'Name', parentRef.name ?? '');
});
