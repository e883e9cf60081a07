// Keeps ServiceCIDRs: a finalizer and readiness when they come, and when they are to go, waits until no address needs them.
// Models kubernetes/pkg/controller/servicecidrs/servicecidrs_controller.go
import type { IPAddress, ServiceCIDR } from '../../../kube/api/networking-v1.ts';
import { ipAddresses, serviceCIDRs } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { containsAddress, containsRange } from '../../../kube/machinery/cidr.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime, parseTime } from '../../../kube/machinery/time.ts';
import type { ControllerContext } from '../context.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const ALLOCATOR = 'ipallocator.k8s.io';
/** So long allocators may not have heard yet. */
const GRACE_MS = 10_000;

const nameOf = ({ metadata }: ServiceCIDR | IPAddress): string => metadata.name ?? '';

export function serviceCidrController({ client, informers, clock, log }: ControllerContext): Component {
  const ranges = informers.of(serviceCIDRs);
  const addresses = informers.of(ipAddresses);
  const queue = new WorkQueue({ clock, sync, failed: (key, error) => log.warn('ServiceCIDR not synced', { key, error: messageOf(error) }) });

  const containing = (address: string): readonly ServiceCIDR[] =>
    [...ranges.list()].filter(({ spec }) => (spec.cidrs ?? []).some((cidr) => containsAddress(cidr, address)));

  function listen(): void {
    // What comes or goes may set others free.
    onAnyChange(ranges, () => {
      for (const each of ranges.list()) queue.add(nameOf(each));
    });
    onAnyChange(addresses, (address) => {
      if (address.metadata.labels?.[MANAGED_BY] === ALLOCATOR) for (const each of containing(nameOf(address))) queue.add(nameOf(each));
    });
  }

  function mayGo(range: ServiceCIDR): boolean {
    const cidrs = range.spec.cidrs ?? [];
    const others = [...ranges.list()].filter((each) => nameOf(each) !== nameOf(range));
    if (cidrs.every((cidr) => others.some(({ spec }) => (spec.cidrs ?? []).some((each) => containsRange(each, cidr))))) return true;
    return ![...addresses.list()].some((address) => {
      if (address.metadata.labels?.[MANAGED_BY] !== ALLOCATOR) return false;
      const found = containing(nameOf(address));
      return found.length === 1 && found[0] !== undefined && nameOf(found[0]) === nameOf(range);
    });
  }

  async function setReady(range: ServiceCIDR, status: 'True' | 'False', reason: string, message: string): Promise<void> {
    const current = range.status?.conditions?.find(({ type }) => type === 'Ready');
    if (current?.status === status && current.reason === reason && current.message === message) return;
    const condition = { type: 'Ready', status, reason, message, lastTransitionTime: formatTime(clock.now()) };
    await client.patch(
      serviceCIDRs,
      nameOf(range),
      'apply',
      { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', status: { conditions: [condition] } },
      {
        subresource: 'status',
        fieldManager: 'service-cidr-controller',
        force: true,
      },
    );
  }

  async function sync(name: string): Promise<void> {
    const range = ranges.getByKey(name);
    if (!range) return;
    try {
      const { deletionTimestamp, finalizers = [] } = range.metadata;
      if (!deletionTimestamp) {
        if (!finalizers.includes(FINALIZER)) await client.patch(serviceCIDRs, name, 'strategic', { metadata: { finalizers: [FINALIZER] } });
        await setReady(range, 'True', '', 'Kubernetes Service CIDR is ready');
        return;
      }
      if (!mayGo(range)) {
        await setReady(
          range,
          'False',
          'Terminating',
          'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
        );
        return;
      }
      const leftMs = parseTime(deletionTimestamp) + GRACE_MS - clock.now();
      if (leftMs > 0) queue.addAfter(name, leftMs);
      else if (finalizers.includes(FINALIZER))
        await client.patch(serviceCIDRs, name, 'strategic', { metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  return controllerComponent({ name: 'service-cidr-controller', informers: [ranges, addresses], queues: [queue], listen });
}
