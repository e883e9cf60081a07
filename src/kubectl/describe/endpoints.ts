// kubectl describe endpoints and endpointslice
import { endpoints as endpointsResource, endpointSlices } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { NONE, UNSET, writeLabelsAndAnnotations } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}
function writePorts(w: DescribeWriter, level: number, ports: readonly Port[]): void {
  w.row(level, ['Name', 'Port', 'Protocol']);
  w.row(level, ['----', '----', '--------']);
  for (const { name, port, protocol = '' } of ports) w.row(level, [name || UNSET, port ?? UNSET, protocol]);
}

export const endpoints = describerOf(endpointsResource, (w, { metadata, subsets = [] }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.line(0, 'Subsets:');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    w.field(1, 'Addresses', addresses.map(({ ip }) => ip).join(',') || NONE);
    w.field(1, 'NotReadyAddresses', notReadyAddresses.map(({ ip }) => ip).join(',') || NONE);
    if (ports.length) {
      w.line(1, 'Ports:');
      writePorts(w, 2, ports);
    }
    w.line(0, '');
  }
});

export const endpointSlice = describerOf(endpointSlices, (w, { metadata, addressType, ports, endpoints: found }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'AddressType', addressType);
  w.line(0, ports?.length ? 'Ports:' : `Ports: ${UNSET}`);
  if (ports?.length) writePorts(w, 1, ports);
  w.line(0, found?.length ? 'Endpoints:' : `Endpoints: ${NONE}`);
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of found ?? []) {
    w.field(1, '- Addresses', addresses.join(', ') || NONE);
    w.line(2, 'Conditions:');
    w.field(3, 'Ready', conditions?.ready ?? UNSET);
    w.field(2, 'Hostname', hostname ?? UNSET);
    if (targetRef) w.field(2, 'TargetRef', `${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
    w.field(2, 'NodeName', nodeName ?? UNSET);
    w.field(2, 'Zone', zone ?? UNSET);
  }
});
