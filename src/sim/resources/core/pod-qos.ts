// The quality-of-service class of a pod. Models kubernetes/pkg/apis/core/v1/helper/qos/qos.go
import type { PodSpec, ResourceRequirements } from '../../../kube/api/core-v1.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';

const COUNTED = ['cpu', 'memory'] as const;
type Needs = Pick<ResourceRequirements, 'limits' | 'requests'>;

const given = (amounts: Readonly<Record<string, string>> | undefined, resource: string): boolean => quantityOf(amounts?.[resource]).nanos > 0n;

function isGuaranteed({ limits, requests }: Needs): boolean {
  return COUNTED.every(
    (resource) =>
      given(limits, resource) && (!given(requests, resource) || compareQuantity(quantityOf(requests?.[resource]), quantityOf(limits?.[resource])) === 0),
  );
}

export function qosClass(spec: {
  readonly containers: readonly { readonly resources?: Needs }[];
  readonly initContainers?: readonly { readonly resources?: Needs }[];
  readonly resources?: PodSpec['resources'];
}): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const needs: readonly Needs[] = spec.resources ? [spec.resources] : [...spec.containers, ...(spec.initContainers ?? [])].map((each) => each.resources ?? {});
  if (!needs.some(({ limits, requests }) => COUNTED.some((resource) => given(limits, resource) || given(requests, resource)))) return 'BestEffort';
  return needs.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}
