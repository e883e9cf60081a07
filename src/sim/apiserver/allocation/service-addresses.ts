// Cluster addresses and node ports of services, handed out so that nobody gets one twice and nothing is lost when a write fails.
// Models kubernetes/pkg/registry/core/service/storage/alloc.go, ipallocator and portallocator
import type { Service } from '../../../kube/api/core-v1.ts';
import type { IPAddress } from '../../../kube/api/networking-v1.ts';
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { groupResourceOf, keyOf } from '../../../kube/machinery/object.ts';
import { internalError, invalid } from '../../../kube/machinery/status-error.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import { parseAddress, type Address } from '../../resources/validation/ip.ts';
import { chooseFamilies, choosePolicy } from './service-families.ts';
import { canonical, isWithin, rangeOf, ServiceRanges, type Family } from './service-ranges.ts';
import { validateClusterIps } from '../../resources/core/validation/service-addresses.ts';
import type { StoreEvent } from '../../storage/store.ts';
import type { Allocation, Call, DraftObject, ServerContext, Transaction } from '../context.ts';
import { createAsServer } from '../operations/privileged.ts';
import { Pool } from './pool.ts';

const NODE_PORTS = { first: 30000, size: 2768 };
const IP_ADDRESSES = { group: 'networking.k8s.io', version: 'v1', resource: 'ipaddresses' };

const addressesOf = ({ spec }: Service): string[] =>
  (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).filter((each) => each !== '' && each !== 'None').map(canonical);
const nodePortsOf = ({ spec }: Service): string[] =>
  [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort].filter(Boolean).map(String);

export class ServiceAddresses implements Allocation {
  readonly #context: () => ServerContext;
  readonly #addresses = new Pool();
  readonly #ports = new Pool();

  readonly #ranges: ServiceRanges;
  readonly #cidrs: readonly string[];
  readonly #families: readonly Family[];

  /** `context` is asked when the first service comes; `cidrs` as of `--service-cluster-ip-range`. */
  constructor(context: () => ServerContext, { store }: Pick<ServerContext, 'store'>, cidrs: readonly string[]) {
    this.#context = context;
    this.#ranges = new ServiceRanges(store);
    this.#cidrs = cidrs;
    this.#families = cidrs.flatMap((cidr) => rangeOf(cidr)?.family ?? []);
    for (const [, object] of store.range('services')) this.#hold(object as unknown as Service);
    store.watch('services', store.revision, (event) => this.#follow(event));
  }

  begin(call: Call, draft: DraftObject, old: DraftObject | Service | undefined): Transaction {
    const service = draft as unknown as Mutable<Service>;
    const key = `${call.namespace}/${service.metadata.name ?? ''}`;
    const taken: (readonly [Pool, string])[] = [];
    const take = (pool: Pool, value: string): boolean => {
      if (pool.holderOf(value) === key) return true;
      if (!pool.take(value, key)) return false;
      taken.push([pool, value]);
      return true;
    };
    const revert = (): void => {
      for (const [pool, value] of taken) pool.release(value, key);
    };
    if (old) {
      followAddress(service, old as Service);
      keepAllocated(service, old as Service);
    } else if (service.spec.clusterIP && !service.spec.clusterIPs?.length) service.spec.clusterIPs = [service.spec.clusterIP];
    // Nothing is handed out for what is wrong anyway.
    const before = old as Service | undefined;
    choosePolicy(service, before);
    const wrong = validateClusterIps(service, before);
    if (!wrong.length) wrong.push(...chooseFamilies(service, before, this.#families));
    try {
      const errors = wrong.length ? wrong : [...this.#assignAddresses(service, before, take, call.dryRun), ...this.#assignPorts(service, take, call.dryRun)];
      if (errors.length) throw invalid(call.resource, service.metadata.name ?? '', errors);
    } catch (error) {
      revert();
      throw error;
    }
    return { commit: (object) => this.#commit(object as unknown as Service, old as Service | undefined), revert };
  }

  async released(_call: Call, object: DraftObject | Service): Promise<void> {
    await this.#dropAddresses(addressesOf(object as Service));
  }

  async #commit(service: Service, old: Service | undefined): Promise<void> {
    const context = this.#context();
    const resource = context.resources.find(`${IP_ADDRESSES.group}/${IP_ADDRESSES.version}`, IP_ADDRESSES.resource);
    const now = addressesOf(service);
    if (resource) for (const address of now) await createAsServer(context, resource, ipAddress(service, address));
    if (old) await this.#dropAddresses(addressesOf(old).filter((each) => !now.includes(each)));
  }

  async #dropAddresses(addresses: readonly string[]): Promise<void> {
    const { store } = this.#context();
    for (const address of addresses) await store.delete(groupResourceOf(IP_ADDRESSES), address)?.durable;
  }

  #assignAddresses({ spec }: Mutable<Service>, old: Service | undefined, take: (pool: Pool, value: string) => boolean, dryRun: boolean): FieldError[] {
    if (spec.type === 'ExternalName') {
      if (old) delete spec.internalTrafficPolicy;
      return [];
    }
    const asked = spec.clusterIPs?.length ? [...spec.clusterIPs] : spec.clusterIP ? [spec.clusterIP] : [];
    if (asked[0] === 'None') {
      spec.clusterIP = 'None';
      spec.clusterIPs = ['None'];
      return [];
    }
    const before = old && old.spec.type !== 'ExternalName' ? (old.spec.clusterIPs ?? []) : [];
    const chosen: string[] = [];
    for (const [i, family] of ((spec.ipFamilies ?? []) as readonly Family[]).entries()) {
      const wanted = asked[i] ?? '';
      const refuse = (why: string): FieldError[] => [
        invalidValue(
          'spec.clusterIPs',
          (spec.ipFamilies ?? []).map((_, at) => asked[at] ?? ''),
          `failed to allocate IP ${wanted}: ${why}`,
        ),
      ];
      if (wanted) {
        const address = parseAddress(wanted);
        // Validation says what is wrong with it, or that it may not change.
        if (!address || (before[i] && wanted !== before[i])) return [];
        if (wanted !== before[i]) {
          if (dryRun && !this.#isConfigured(address))
            return refuse(`the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.#rangeFor(family)}`);
          if (!this.#ranges.has(address)) return refuse('the provided network does not match the current range');
          if (!take(this.#addresses, canonical(wanted))) return refuse('provided IP is already allocated');
        }
        chosen.push(wanted);
        continue;
      }
      const next = this.#ranges.next(family, this.#context().random, (each) => this.#addresses.holderOf(each) !== undefined);
      if (next === undefined) throw internalError('failed to allocate a serviceIP: range is full');
      take(this.#addresses, next);
      chosen.push(next);
    }
    spec.clusterIP = chosen[0] ?? '';
    spec.clusterIPs = chosen;
    return [];
  }

  /** In a dry run upstream asks what its arguments say, not what ServiceCIDRs there are. */
  #isConfigured(address: Address): boolean {
    return this.#cidrs.some((cidr) => {
      const range = rangeOf(cidr);
      return range !== undefined && isWithin(range, address);
    });
  }
  #rangeFor(family: Family): string {
    return this.#cidrs.find((cidr) => rangeOf(cidr)?.family === family) ?? '';
  }

  #assignPorts({ spec }: Mutable<Service>, take: (pool: Pool, value: string) => boolean, dryRun: boolean): FieldError[] {
    const wanted = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    if (!wanted) return [];
    const errors: FieldError[] = [];
    const { random } = this.#context();
    const last = NODE_PORTS.first + NODE_PORTS.size - 1;
    const own = new Set<number>();
    /** One number may serve two protocols of one port. */
    const ofPort = new Map<number, number>();
    for (const [i, port] of (spec.ports ?? []).entries()) {
      const field = `spec.ports[${i}].nodePort`;
      if (port.nodePort) {
        // In a dry run upstream's allocator looks at the service alone.
        if (ofPort.get(port.port) === port.nodePort) continue;
        if (own.has(port.nodePort)) errors.push(invalidValue(field, port.nodePort, 'provided port is already allocated'));
        else if (!dryRun && (port.nodePort < NODE_PORTS.first || port.nodePort > last))
          errors.push(invalidValue(field, port.nodePort, `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${last}`));
        else if (!dryRun && !take(this.#ports, String(port.nodePort))) errors.push(invalidValue(field, port.nodePort, 'provided port is already allocated'));
        own.add(port.nodePort);
        ofPort.set(port.port, port.nodePort);
        continue;
      }
      while (!port.nodePort) {
        const candidate = NODE_PORTS.first + random.below(NODE_PORTS.size);
        if (own.has(candidate) || this.#ports.holderOf(String(candidate)) !== undefined || !take(this.#ports, String(candidate))) continue;
        own.add(candidate);
        port.nodePort = candidate;
        ofPort.set(port.port, candidate);
      }
    }
    return errors;
  }

  #follow({ type, object, previous }: StoreEvent): void {
    if (previous) this.#drop(previous as unknown as Service, type === 'put' ? (object as unknown as Service) : undefined);
    if (type === 'put') this.#hold(object as unknown as Service);
  }

  #hold(service: Service): void {
    const key = keyOf(service);
    for (const address of addressesOf(service)) this.#addresses.take(address, key);
    for (const port of nodePortsOf(service)) this.#ports.take(port, key);
  }

  #drop(service: Service, now: Service | undefined): void {
    const key = keyOf(service);
    const addresses = now ? addressesOf(now) : [];
    const ports = now ? nodePortsOf(now) : [];
    for (const address of addressesOf(service)) if (!addresses.includes(address)) this.#addresses.release(address, key);
    for (const port of nodePortsOf(service)) if (!ports.includes(port)) this.#ports.release(port, key);
  }
}

/** Old clients speak of one address: where they change or clear it, the list follows. */
function followAddress({ spec }: Mutable<Service>, { spec: old }: Service): void {
  const { clusterIP = '' } = spec;
  if (clusterIP === (old.clusterIP ?? '') || !jsonEqual(spec.clusterIPs ?? [], old.clusterIPs ?? [])) return;
  if (clusterIP === '') delete spec.clusterIPs;
  else if (spec.clusterIPs) spec.clusterIPs = [clusterIP, ...spec.clusterIPs.slice(1)];
}

/** What an update does not repeat stays as it was. */
function keepAllocated({ spec }: Mutable<Service>, { spec: old }: Service): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
  }
  const needsPorts = (type: string | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer';
  if (!needsPorts(spec.type) || !needsPorts(old.type)) return;
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue;
    const before = old.ports?.find((each) => each.port === port.port && each.protocol === port.protocol && (each.name ?? '') === (port.name ?? ''));
    if (before?.nodePort) port.nodePort = before.nodePort;
  }
}

const ipAddress = ({ metadata }: Service, name: string): IPAddress =>
  ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name,
      labels: { 'ipaddress.kubernetes.io/ip-family': name.includes(':') ? 'IPv6' : 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
    },
    spec: { parentRef: { group: '', resource: 'services', namespace: metadata.namespace ?? '', name: metadata.name ?? '' } },
  }) as IPAddress;
