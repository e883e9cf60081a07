// What only a host can tell and the phases need: gathered where the host can be asked, taken for granted in a plan that asks none.
import { isIPv6 } from 'node:net';
import type { HostSpec } from '../cluster-file/cluster-spec.ts';

export interface HostFacts {
  readonly distribution: 'debian' | 'redhat';
  /** As Docker's repository calls the distribution, or the one that it comes from: `debian`, `ubuntu`, `centos`, `fedora`, `rhel`. */
  readonly family: string;
  /** The code name of its release, where it has one: `bookworm`. */
  readonly codename: string;
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
  family: 'debian',
  codename: 'bookworm',
  architecture: 'amd64',
  interface: 'eth0',
  prefix: isIPv6(nodeIP) ? 64 : 24,
  cgroup: 'v2',
});
