// What services and resource claims use of a quota. Models kubernetes/pkg/quota/v1/evaluator/core/{services,resource_claims}.go
import type { Service } from '../../api/core-v1.ts';
import type { ResourceClaim } from '../../api/resource-v1.ts';
import type { Quantity } from '../quantity.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const NAMES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];
const count = (units: number): Quantity => ({ nanos: BigInt(units) * 1_000_000_000n, format: 'DecimalSI' });

/** Ports are counted as they are meant: they are given out later. */
function nodePorts({ spec: { type, ports = [], allocateLoadBalancerNodePorts } }: Service): number {
  if (type === 'NodePort') return ports.length;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false ? ports.filter((each) => each.nodePort).length : ports.length;
}

export const serviceEvaluator: QuotaEvaluator = {
  matching: (names) => names.filter((each) => NAMES.includes(each)),
  usage(object) {
    const service = object as unknown as Service;
    return {
      'count/services': count(1),
      services: count(1),
      'services.nodeports': count(nodePorts(service)),
      'services.loadbalancers': count(service.spec.type === 'LoadBalancer' ? 1 : 0),
    };
  },
  inScope: () => false,
  handlesUpdate: (subresource) => subresource === '',
};

const PER_CLASS = '.deviceclass.resource.k8s.io/devices';
const CLAIMS = 'count/resourceclaims.resource.k8s.io';
/** As many as one allocation may have. */
const MOST_DEVICES = 32;

export const resourceClaimEvaluator: QuotaEvaluator = {
  matching: (names) => names.filter((each) => each === CLAIMS || each.endsWith(PER_CLASS)),
  usage(object) {
    const { spec } = object as unknown as ResourceClaim;
    const devices = new Map<string, number>();
    for (const { exactly, firstAvailable } of spec.devices?.requests ?? []) {
      // Of alternatives, each class is charged for its most.
      const most = new Map<string, number>();
      for (const each of exactly ? [exactly] : (firstAvailable ?? [])) {
        const wanted = each.allocationMode === 'All' ? MOST_DEVICES : (each.count ?? 1);
        most.set(each.deviceClassName, Math.max(most.get(each.deviceClassName) ?? 0, wanted));
      }
      for (const [name, wanted] of most) devices.set(name, (devices.get(name) ?? 0) + wanted);
    }
    return { [CLAIMS]: count(1), ...Object.fromEntries([...devices].map(([name, wanted]) => [`${name}${PER_CLASS}`, count(wanted)])) };
  },
  inScope: () => false,
  handlesUpdate: (subresource) => subresource === '',
};
