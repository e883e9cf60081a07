// Cluster addresses and node ports of services, handed out so that nobody gets one twice and nothing is lost when a write fails.
// Models kubernetes/pkg/registry/core/service/storage/alloc.go, ipallocator and portallocator
import type { Service } from '../../../kube/api/core-v1.ts';
import type { IPAddress } from '../../../kube/api/networking-v1.ts';
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { groupResourceOf, keyOf } from '../../../kube/machinery/object.ts';
import { invalid } from '../../../kube/machinery/status-error.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import { validateClusterIps } from '../../resources/core/validation/service-addresses.ts';
import type { StoreEvent } from '../../storage/store.ts';
import type { Allocation, Call, DraftObject, ServerContext, Transaction } from '../context.ts';
import { createAsServer } from '../operations/privileged.ts';
import { Pool } from './pool.ts';

/** 10.96.0.0/12; at random from above the first 256 addresses, which stay for those who ask by address. */
const FIRST = (10 << 24) + (96 << 16);
const SIZE = 2 ** 20;
const RESERVED = 256;
const NODE_PORTS = { first: 30000, size: 2768 };
const IP_ADDRESSES = { group: 'networking.k8s.io', version: 'v1', resource: 'ipaddresses' };

const textOf = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
function numberOf(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((each) => !Number.isInteger(each) || each < 0 || each > 255)) return undefined;
  return parts.reduce((sum, each) => sum * 256 + each, 0);
}

const addressesOf = ({ spec }: Service): string[] =>
  (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).filter((each) => each !== '' && each !== 'None');
const nodePortsOf = ({ spec }: Service): string[] =>
  [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort].filter(Boolean).map(String);

export class ServiceAddresses implements Allocation {
  readonly #context: () => ServerContext;
  readonly #addresses = new Pool();
  readonly #ports = new Pool();

  /** `context` is asked when the first service comes. */
  constructor(context: () => ServerContext, { store }: Pick<ServerContext, 'store'>) {
    this.#context = context;
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
    const wrong = validateClusterIps(service, old as Service | undefined);
    if (!wrong.length) wrong.push(...familiesElsewhere(service));
    const errors = wrong.length ? wrong : [...this.#assignAddress(service, old as Service | undefined, take), ...this.#assignPorts(service, take, call.dryRun)];
    if (errors.length) {
      revert();
      throw invalid(call.resource, service.metadata.name ?? '', errors);
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

  #assignAddress({ spec }: Mutable<Service>, old: Service | undefined, take: (pool: Pool, value: string) => boolean): FieldError[] {
    if (spec.type === 'ExternalName') {
      if (old) delete spec.internalTrafficPolicy;
      return [];
    }
    const kept = old && old.spec.type !== 'ExternalName' ? old.spec.clusterIP : '';
    const asked = spec.clusterIP || spec.clusterIPs?.[0] || '';
    spec.ipFamilyPolicy ??= 'SingleStack';
    if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4'];
    if (asked === 'None') {
      spec.clusterIP = 'None';
      spec.clusterIPs = ['None'];
      return [];
    }
    if (asked) {
      const address = numberOf(asked);
      // Validation says what is wrong with it, or that it may not change.
      if (address === undefined || (kept && asked !== kept)) return [];
      const refuse = (why: string): FieldError[] => [invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`)];
      if (address <= FIRST || address >= FIRST + SIZE - 1)
        return refuse(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is 10.96.0.0/12`);
      if (!take(this.#addresses, asked)) return refuse('provided IP is already allocated');
    }
    const { random } = this.#context();
    let chosen = asked;
    while (!chosen) {
      const candidate = textOf(FIRST + RESERVED + random.below(SIZE - RESERVED - 1));
      if (this.#addresses.holderOf(candidate) === undefined && take(this.#addresses, candidate)) chosen = candidate;
    }
    spec.clusterIP = chosen;
    spec.clusterIPs = [chosen];
    return [];
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

/** Addresses here are of one family. */
function familiesElsewhere({ spec }: Service): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = (spec.ipFamilies ?? []).flatMap((family, i) =>
    family === 'IPv4' ? [] : [invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')],
  );
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  return errors;
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
    metadata: { name, labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } },
    spec: { parentRef: { group: '', resource: 'services', namespace: metadata.namespace ?? '', name: metadata.name ?? '' } },
  }) as IPAddress;
