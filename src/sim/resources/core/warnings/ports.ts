// Ports of a pod that meet. Models kubernetes/pkg/api/pod/warnings.go
import type { Container, ContainerPort } from '../../../../kube/api/core-v1.ts';

interface Place {
  readonly at: string;
  readonly port: ContainerPort;
}

function warningsBetween({ at, port }: Place, other: Place): string[] {
  const [ip = '', otherIp = ''] = [port.hostIP, other.port.hostIP];
  const [host = 0, otherHost = 0] = [port.hostPort, other.port.hostPort];
  if (ip === otherIp && host === otherHost) return [`${at}: duplicate port definition with ${other.at}`];
  if (host === 0 || otherHost === 0) return [`${at}: overlapping port definition with ${other.at}`];
  return host === otherHost && (ip === '') !== (otherIp === '') ? [`${at}: dangerously ambiguous port definition with ${other.at}`] : [];
}

export function warningsForPorts(containers: readonly (readonly [Container, string])[]): string[] {
  const places = containers.flatMap(([{ ports = [] }, at]) => ports.map((port, i): Place => ({ port, at: `${at}.ports[${i}]` })));
  const warnings: string[] = [];
  const byNumber = new Map<string, Place[]>();
  for (const place of places) {
    const { name = '', hostPort = 0, containerPort, protocol = '', hostIP } = place.port;
    if (hostIP && !hostPort)
      warnings.push(
        `${place.at}: hostIP set without hostPort: {Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`,
      );
    const number = `${containerPort}/${protocol}`;
    const others = byNumber.get(number) ?? [];
    warnings.push(...others.flatMap((other) => warningsBetween(place, other)));
    byNumber.set(number, [...others, place]);
  }
  const byName = new Map<string, string>();
  for (const { at, port } of places) {
    if (!port.name) continue;
    const other = byName.get(port.name);
    if (other)
      warnings.push(`${at}: duplicate port name ${JSON.stringify(port.name)} with ${other}, services and probes that select ports by name will use ${other}`);
    else byName.set(port.name, at);
  }
  return warnings;
}
