// What a pod asks of a node: requests over all its containers, sidecars, overhead and pod-level resources.
// Models kubernetes/staging/src/k8s.io/component-helpers/resource/helpers.go
import type { Container, ContainerStatus, Pod, ResourceRequirements } from '../api/core-v1.ts';
import { addQuantity, compareQuantity, parseQuantity, quantityOf, type Quantity } from './quantity.ts';

export type ResourceAmounts = Readonly<Record<string, Quantity>>;
type Texts = Readonly<Record<string, string>>;

export interface PodResourceOptions {
  /** Takes into account what the kubelet has allocated and actuated, which an in-place resize may leave above the spec. */
  readonly useStatus?: boolean;
  /** Stands in for what a container does not request. */
  readonly missing?: Texts;
  readonly excludeOverhead?: boolean;
}

const POD_LEVEL = new Set(['cpu', 'memory']);
const isPodLevel = (name: string): boolean => POD_LEVEL.has(name) || name.startsWith('hugepages-');
export const isRestartableInit = (container: Container): boolean => container.restartPolicy === 'Always';

function add(into: Record<string, Quantity>, amounts: ResourceAmounts): void {
  for (const [name, amount] of Object.entries(amounts)) into[name] = into[name] ? addQuantity(into[name], amount) : amount;
}
function raise(into: Record<string, Quantity>, amounts: ResourceAmounts): void {
  for (const [name, amount] of Object.entries(amounts)) if (!into[name] || compareQuantity(amount, into[name]) > 0) into[name] = amount;
}
function parse(texts: Texts | undefined): Record<string, Quantity> {
  const amounts: Record<string, Quantity> = {};
  for (const [name, text] of Object.entries(texts ?? {})) amounts[name] = quantityOf(text);
  return amounts;
}

const isResizeInfeasible = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') ?? false;

function statusByName(pod: Pod): ReadonlyMap<string, ContainerStatus> {
  return new Map([...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].map((status) => [status.name, status]));
}

/** Sums app containers and sidecars; an init container needs its own plus the sidecars started before it, and the larger counts. */
function aggregate(pod: Pod, of: (container: Container) => ResourceAmounts): Record<string, Quantity> {
  const total: Record<string, Quantity> = {};
  for (const container of pod.spec.containers) add(total, of(container));
  const sidecars: Record<string, Quantity> = {};
  const initPeak: Record<string, Quantity> = {};
  for (const container of pod.spec.initContainers ?? []) {
    const amounts = of(container);
    if (isRestartableInit(container)) {
      add(total, amounts);
      add(sidecars, amounts);
      raise(initPeak, sidecars);
    } else {
      const needed: Record<string, Quantity> = { ...amounts };
      add(needed, sidecars);
      raise(initPeak, needed);
    }
  }
  raise(total, initPeak);
  return total;
}

/** What the scheduler sets aside for the pod. */
export function podRequests(pod: Pod, options: PodResourceOptions = {}): ResourceAmounts {
  const statuses = options.useStatus && pod.status?.containerStatuses ? statusByName(pod) : undefined;
  const infeasible = statuses ? isResizeInfeasible(pod) : false;
  const total = aggregate(pod, (container) => {
    let amounts = parse(container.resources?.requests);
    const status = statuses?.get(container.name);
    if (status?.resources) {
      const effective = infeasible ? {} : amounts;
      raise(effective, parse(status.resources.requests));
      raise(effective, parse(status.allocatedResources));
      amounts = effective;
    }
    for (const [name, text] of Object.entries(options.missing ?? {})) amounts[name] ??= quantityOf(text);
    return amounts;
  });
  for (const [name, text] of Object.entries(pod.spec.resources?.requests ?? {})) if (isPodLevel(name)) total[name] = quantityOf(text);
  if (!options.excludeOverhead) add(total, parse(pod.spec.overhead));
  return total;
}

/** What the pod may use at most, of the resources that are limited. */
export function podLimits(pod: Pod, { excludeOverhead = false }: Pick<PodResourceOptions, 'excludeOverhead'> = {}): ResourceAmounts {
  const total = aggregate(pod, (container) => parse(container.resources?.limits));
  for (const [name, text] of Object.entries(pod.spec.resources?.limits ?? {})) if (isPodLevel(name)) total[name] = quantityOf(text);
  if (!excludeOverhead)
    for (const [name, amount] of Object.entries(parse(pod.spec.overhead))) if (total[name] && total[name].nanos !== 0n) add(total, { [name]: amount });
  return total;
}

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';
const QOS_RESOURCES = ['cpu', 'memory'] as const;

/** Quality of service as the API server derives it on creation. Models kubernetes/pkg/apis/core/v1/helper/qos/qos.go */
export function qosClassOf(pod: { readonly spec: Pod['spec'] }): QosClass {
  const positive = (text: string | undefined): boolean => text !== undefined && (parseQuantity(text)?.nanos ?? 0n) > 0n;
  const everywhere: readonly (ResourceRequirements | undefined)[] = pod.spec.resources
    ? [pod.spec.resources]
    : [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((container) => container.resources);
  const sums = { requests: new Map<string, bigint>(), limits: new Map<string, bigint>() };
  let allLimited = true;
  for (const resources of everywhere) {
    for (const name of QOS_RESOURCES) {
      if (positive(resources?.requests?.[name])) sums.requests.set(name, (sums.requests.get(name) ?? 0n) + quantityOf(resources?.requests?.[name]).nanos);
      if (positive(resources?.limits?.[name])) sums.limits.set(name, (sums.limits.get(name) ?? 0n) + quantityOf(resources?.limits?.[name]).nanos);
      else allLimited = false;
    }
  }
  if (sums.requests.size === 0 && sums.limits.size === 0) return 'BestEffort';
  const equal = [...sums.requests].every(([name, sum]) => sums.limits.get(name) === sum) && sums.requests.size === sums.limits.size;
  return allLimited && equal ? 'Guaranteed' : 'Burstable';
}
