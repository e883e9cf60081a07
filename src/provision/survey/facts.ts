// What only a host can tell and the phases need: gathered where the host can be asked, taken for granted in a plan that asks none.
import { isIPv6 } from 'node:net';
import type { HostSpec } from '../cluster-file/cluster-spec.ts';

export interface HostFacts {
  readonly distribution: 'debian' | 'redhat';
  /** As its packages call it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** The network interface that has the node's address. */
  readonly interface: string;
  /** Length of that address's network prefix. */
  readonly prefix: number;
  readonly cgroup: 'v1' | 'v2';
}

/** Of a host that was not asked. */
export const assumed = ({ nodeIP }: HostSpec): HostFacts => ({
  distribution: 'debian',
  architecture: 'amd64',
  interface: 'eth0',
  prefix: isIPv6(nodeIP) ? 64 : 24,
  cgroup: 'v2',
});
