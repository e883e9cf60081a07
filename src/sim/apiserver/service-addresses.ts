// Cluster addresses and node ports of services. Models kubernetes/pkg/registry/core/service/storage/alloc.go and ipallocator
import type { Service } from '../../kube/api/core-v1.ts';
import type { IPAddress } from '../../kube/api/networking-v1.ts';
import { invalidValue, type FieldError } from '../../kube/machinery/field-errors.ts';
import { invalid } from '../../kube/machinery/status-error.ts';
import { formatTime } from '../../kube/machinery/time.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Mutable } from '../resources/descriptor.ts';
import type { Store, StoreEvent } from '../storage/store.ts';
import type { Allocation, Call, DraftObject } from './context.ts';

/** 10.96.0.0/12; upstream hands out at random from above the first 256 addresses, which stay for those who ask by address. */
const FIRST = (10 << 24) + (96 << 16);
const SIZE = 2 ** 20;
const RESERVED = 256;
const NODE_PORTS = { first: 30000, size: 2768 };
const IP_ADDRESSES = 'ipaddresses.networking.k8s.io';

const textOf = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
function numberOf(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((each) => !Number.isInteger(each) || each < 0 || each > 255)) return undefined;
  return parts.reduce((sum, each) => sum * 256 + each, 0);
}

export class ServiceAddresses implements Allocation {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #addresses = new Map<string, string>();
  readonly #nodePorts = new Map<number, string>();

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    for (const [key, object] of store.range('services')) this.#count(key, object as unknown as Service);
    store.watch('services', store.revision, (event) => this.#changed(event));
  }

  prepare(call: Call, draft: DraftObject, old: DraftObject | Service | undefined): void {
    if (call.subresource) return;
    const service = draft as unknown as Mutable<Service>;
    const errors = [
      ...this.#assignAddress(service, old as unknown as Service | undefined),
      ...this.#assignPorts(service, `${call.namespace}/${service.metadata.name ?? ''}`),
    ];
    if (errors.length) throw invalid(call.resource, service.metadata.name ?? '', errors);
  }

  async stored({ dryRun }: Call, object: DraftObject | Service): Promise<void> {
    const service = object as unknown as Service;
    const { clusterIP } = service.spec;
    if (dryRun || !clusterIP || clusterIP === 'None' || this.#store.get(IP_ADDRESSES, clusterIP)) return;
    await this.#store.put(IP_ADDRESSES, clusterIP, undefined, (revision) => this.#ipAddress(service, clusterIP, revision)).durable;
  }

  async released({ dryRun }: Call, object: DraftObject | Service): Promise<void> {
    const { clusterIP } = (object as unknown as Service).spec;
    if (!dryRun && clusterIP && clusterIP !== 'None') await this.#store.delete(IP_ADDRESSES, clusterIP)?.durable;
  }

  #ipAddress({ metadata }: Service, name: string, revision: number): IPAddress {
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: {
        name,
        uid: this.#random.uuid(),
        creationTimestamp: formatTime(this.#clock.now()),
        labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
        resourceVersion: String(revision),
      },
      spec: { parentRef: { group: '', resource: 'services', namespace: metadata.namespace ?? '', name: metadata.name ?? '' } },
    } as IPAddress;
  }

  #assignAddress({ spec, metadata }: Mutable<Service>, old: Service | undefined): FieldError[] {
    if (spec.type === 'ExternalName') {
      for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'] as const) delete spec[key];
      return [];
    }
    const asked = spec.clusterIP || spec.clusterIPs?.[0] || '';
    spec.ipFamilyPolicy ??= 'SingleStack';
    spec.ipFamilies ??= ['IPv4'];
    if (asked === 'None') {
      spec.clusterIP = 'None';
      spec.clusterIPs = ['None'];
      return [];
    }
    if (asked && asked === old?.spec.clusterIP) {
      spec.clusterIPs = [asked];
      return [];
    }
    const key = `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
    if (asked) {
      const address = numberOf(asked);
      if (address === undefined) return [invalidValue('spec.clusterIPs[0]', asked, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
      const holder = this.#addresses.get(asked);
      if (address <= FIRST || address >= FIRST + SIZE - 1)
        return [
          invalidValue(
            'spec.clusterIPs',
            [asked],
            `failed to allocate IP ${asked}: the provided IP (${asked}) is not in the valid range. The range of valid IPs is 10.96.0.0/12`,
          ),
        ];
      if (holder !== undefined && holder !== key)
        return [invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: provided IP is already allocated`)];
    }
    const chosen = asked || this.#freeAddress();
    // Held from now on, not only from when the service is stored: two requests may be on their way at once.
    this.#addresses.set(chosen, key);
    spec.clusterIP = chosen;
    spec.clusterIPs = [chosen];
    return [];
  }

  #freeAddress(): string {
    let address: string;
    do address = textOf(FIRST + RESERVED + this.#random.below(SIZE - RESERVED - 1));
    while (this.#addresses.has(address));
    return address;
  }

  #assignPorts({ spec }: Mutable<Service>, key: string): FieldError[] {
    const wanted = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    if (!wanted) return [];
    const errors: FieldError[] = [];
    const taken = new Set<number>();
    for (const [i, port] of (spec.ports ?? []).entries()) {
      if (port.nodePort) {
        const holder = this.#nodePorts.get(port.nodePort);
        if (port.nodePort < NODE_PORTS.first || port.nodePort >= NODE_PORTS.first + NODE_PORTS.size)
          errors.push(
            invalidValue(
              `spec.ports[${i}].nodePort`,
              port.nodePort,
              `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.first + NODE_PORTS.size - 1}`,
            ),
          );
        else if (holder !== undefined && holder !== key)
          errors.push(invalidValue(`spec.ports[${i}].nodePort`, port.nodePort, 'provided port is already allocated'));
        taken.add(port.nodePort);
        continue;
      }
      let candidate: number;
      do candidate = NODE_PORTS.first + this.#random.below(NODE_PORTS.size);
      while (this.#nodePorts.has(candidate) || taken.has(candidate));
      taken.add(candidate);
      port.nodePort = candidate;
      this.#nodePorts.set(candidate, key);
    }
    return errors;
  }

  #changed({ type, key, object, previous }: StoreEvent): void {
    if (previous) this.#discount(previous as unknown as Service);
    if (type === 'put') this.#count(key, object as unknown as Service);
  }

  #count(key: string, { spec }: Service): void {
    if (spec.clusterIP && spec.clusterIP !== 'None') this.#addresses.set(spec.clusterIP, key);
    for (const { nodePort } of spec.ports ?? []) if (nodePort) this.#nodePorts.set(nodePort, key);
  }

  #discount({ spec }: Service): void {
    if (spec.clusterIP) this.#addresses.delete(spec.clusterIP);
    for (const { nodePort } of spec.ports ?? []) if (nodePort) this.#nodePorts.delete(nodePort);
  }
}
