// What pods use of a quota. Models kubernetes/pkg/quota/v1/evaluator/core/pods.go
import { secondsToMs } from '../time.ts';
import type { Container, Pod, PodAffinityTerm, ScopedResourceSelectorRequirement } from '../../api/core-v1.ts';
import { podLimits, podRequests, qosClassOf, type ResourceAmounts } from '../pod-resources.ts';
import type { Quantity } from '../quantity.ts';
import { parseTime } from '../time.ts';
import type { QuotaEvaluator } from './evaluator.ts';
import { isNativeResource, requirementMatches } from './names.ts';

const ONE: Quantity = { nanos: 1_000_000_000n, format: 'DecimalSI' };
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const NAMES = ['count/pods', 'pods', ...COMPUTE, ...COMPUTE.map((each) => `requests.${each}`), ...COMPUTE.map((each) => `limits.${each}`)];
/** Where these are bounded, every container has to name its own. */
const DEMANDED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const HUGE = 'hugepages-';

const isExtended = (name: string): boolean => name.startsWith('requests.') && !isNativeResource(name);

function computed(requests: ResourceAmounts, limits: ResourceAmounts): Record<string, Quantity> {
  const used: Record<string, Quantity> = { pods: ONE };
  for (const name of COMPUTE) {
    const request = requests[name];
    const limit = limits[name];
    if (request) used[name] = used[`requests.${name}`] = request;
    if (limit) used[`limits.${name}`] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    if (name.startsWith(HUGE)) used[name] = used[`requests.${name}`] = request;
    else if (!isNativeResource(name)) used[`requests.${name}`] = request;
  }
  return used;
}

/** A pod that is through, or that has outlived its deletion, uses nothing but its place. */
function isOver({ status, metadata }: Pod, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return false;
  return now > parseTime(deletionTimestamp) + secondsToMs(deletionGracePeriodSeconds);
}

const isTerminating = ({ spec }: Pod): boolean => (spec.activeDeadlineSeconds ?? -1) >= 0;

function crossesNamespaces({ spec: { affinity } }: Pod): boolean {
  const terms: readonly PodAffinityTerm[] = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((each) => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(({ namespaces, namespaceSelector }) => Boolean(namespaces?.length) || namespaceSelector !== undefined);
}

function inScope(scope: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return (pod.status?.qosClass ?? qosClassOf(pod)) === 'BestEffort';
    case 'NotBestEffort':
      return (pod.status?.qosClass ?? qosClassOf(pod)) !== 'BestEffort';
    case 'PriorityClass':
      return requirementMatches(scope, pod.spec.priorityClassName ? [pod.spec.priorityClassName] : []);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod);
    default:
      return false;
  }
}

function unnamed({ resources }: Container, demanded: readonly string[]): string[] {
  const has = (name: string): boolean => {
    const [kind, resource] = name.includes('.') ? (name.split('.') as [string, string]) : ['requests', name];
    return (kind === 'limits' ? resources?.limits : resources?.requests)?.[resource] !== undefined;
  };
  return demanded.filter((name) => !has(name));
}

export const podEvaluator: QuotaEvaluator = {
  matching: (names) => names.filter((each) => NAMES.includes(each) || each.startsWith(HUGE) || each.startsWith(`requests.${HUGE}`) || isExtended(each)),
  usage(object, now) {
    const pod = object as unknown as Pod;
    if (isOver(pod, now)) return { 'count/pods': ONE };
    return { 'count/pods': ONE, ...computed(podRequests(pod, { useStatus: true }), podLimits(pod)) };
  },
  inScope: (scope, object) => inScope(scope, object as unknown as Pod),
  missing(names, object) {
    const { spec } = object as unknown as Pod;
    if (spec.resources?.requests || spec.resources?.limits) return undefined;
    const demanded = DEMANDED.filter((each) => names.includes(each)).sort();
    const containers = [...spec.containers, ...(spec.initContainers ?? [])].map((each) => ({ name: each.name, unnamed: unnamed(each, demanded) }));
    const told = demanded.flatMap((name) => {
      const guilty = containers.filter((each) => each.unnamed.includes(name)).map((each) => each.name);
      return guilty.length ? [`${name} for: ${[...new Set(guilty)].sort().join(',')}`] : [];
    });
    return told.length ? `must specify ${told.join('; ')}` : undefined;
  },
  handlesUpdate: (subresource, object, old) =>
    subresource === 'resize' || (subresource === '' && isTerminating(object as unknown as Pod) !== isTerminating(old as unknown as Pod)),
};
