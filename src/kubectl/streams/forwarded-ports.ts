// Which local port leads to which port of the pod: names looked up, service ports followed to their targets.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/portforward/portforward.go and util/service_port.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { metadataOf, textField } from '../resources/info.ts';
import { listField, specOf } from './pod-fields.ts';

export interface ForwardedPort {
  /** 0 takes any. */
  readonly local: number;
  readonly remote: number;
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

function split(port: string): readonly [local: string, remote: string] {
  const parts = port.split(':');
  const [first = '', second = ''] = parts;
  return parts.length === 2 ? [first, second] : [first, first];
}
const joined = (local: string, remote: string): string => (local === remote ? remote : `${local}:${remote}`);

/** The ports as they are forwarded, as text. Throws kubectl's sentences. `service` is the object where it is one. */
export function resolvedPorts(ports: readonly string[], pod: JsonObject, service?: JsonObject): readonly string[] {
  if (service) {
    const declared = listField(specOf(service), 'ports');
    refuseUdp(ports, declared, 'port', (name) => servicePortNamed(service, name));
    return ports.map((port) => {
      const [local, remote] = split(port);
      const number = isNumber(remote) ? Number(remote) : servicePortNamed(service, remote);
      const target = String(targetOf(service, pod, number));
      return joined(local === remote && !isNumber(remote) ? String(number) : local, target);
    });
  }
  const declared = listField(specOf(pod), 'containers').flatMap((container) => listField(container, 'ports'));
  refuseUdp(ports, declared, 'containerPort', (name) => containerPortNamed(pod, name));
  return ports.map((port) => {
    const [local, remote] = split(port);
    if (remote === '') throw new CommandError('remote port cannot be empty');
    const number = isNumber(remote) ? remote : String(containerPortNamed(pod, remote));
    return local === remote ? number : `${local}:${number}`;
  });
}

function refuseUdp(ports: readonly string[], declared: readonly JsonObject[], field: string, lookUp: (name: string) => number): void {
  const of = (protocol: string): ReadonlySet<number> =>
    new Set(declared.filter((each) => (textField(each, 'protocol') || 'TCP') === protocol).map((each) => Number(each[field])));
  const tcp = of('TCP');
  const udp = of('UDP');
  for (const port of ports) {
    const [, remote] = split(port);
    const number = isNumber(remote) ? Number(remote) : lookUp(remote);
    if (udp.has(number) && !tcp.has(number)) throw new CommandError(`UDP protocol is not supported for ${remote}`);
  }
}

function servicePortNamed(service: JsonObject, name: string): number {
  const found = listField(specOf(service), 'ports').find((each) => textField(each, 'name') === name);
  if (!found) throw new CommandError(`Service '${textField(metadataOf(service), 'name')}' does not have a named port '${name}'`);
  return Number(found['port']);
}

function containerPortNamed(pod: JsonObject, name: string): number {
  const containers = ['containers', 'initContainers'].flatMap((group) =>
    listField(specOf(pod), group).filter((each) => group === 'containers' || each['restartPolicy'] === 'Always'),
  );
  const found = containers.flatMap((container) => listField(container, 'ports')).find((each) => textField(each, 'name') === name);
  if (!found) throw new CommandError(`Pod '${textField(metadataOf(pod), 'name')}' does not have a named port '${name}'`);
  return Number(found['containerPort']);
}

function targetOf(service: JsonObject, pod: JsonObject, port: number): number {
  const found = listField(specOf(service), 'ports').find((each) => each['port'] === port);
  if (!found) throw new CommandError(`Service ${textField(metadataOf(service), 'name')} does not have a service port ${port}`);
  const target = found['targetPort'];
  if (specOf(service)['clusterIP'] === 'None' || target === undefined || target === 0) return typeof target === 'number' && target !== 0 ? target : port;
  return typeof target === 'number' ? target : containerPortNamed(pod, String(target));
}

/** Models client-go/tools/portforward (parsePorts) */
export function parsedPorts(ports: readonly string[]): readonly ForwardedPort[] {
  return ports.map((port) => {
    const parts = port.split(':');
    if (parts.length > 2) throw new CommandError(`invalid port format '${port}'`);
    const [first = '', second] = parts;
    const local = second === undefined ? first : first || '0';
    const remote = second ?? first;
    const forwarded = { local: portNumber(local, 'local'), remote: portNumber(remote, 'remote') };
    if (forwarded.remote === 0) throw new CommandError('remote port must be > 0');
    return forwarded;
  });
}

function portNumber(text: string, side: string): number {
  const reason = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65_535 ? 'value out of range' : undefined;
  if (reason) throw new CommandError(`error parsing ${side} port '${text}': strconv.ParseUint: parsing ${goQuote(text)}: ${reason}`);
  return Number(text);
}
