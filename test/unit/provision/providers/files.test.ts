// Cluster files for minikube and kind that are not right: each mistake is told by line, with what would be right.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/errors/app-error.ts';
import { LOCAL_PROVIDERS } from '../../../../src/provision/providers/registry.ts';

function complaint(provider: string, lines: string): string {
  try {
    LOCAL_PROVIDERS.find(({ name }) => name === provider)?.parse(`name: lab\nprovider: ${provider}\n${lines}`, 'cluster.yaml');
  } catch (error) {
    if (error instanceof AppError && error.code === 'CLUSTER_FILE_INVALID') return `${error.what}: ${error.why}`;
    throw error;
  }
  return 'right';
}

describe('a file for minikube', () => {
  it.each([
    ['nodes: 2', 'right'],
    ['node: 2', 'cluster.yaml, line 3 is not right: node is not known here; did you mean nodes?'],
    ['nodes: 0', 'nodes must be at least 1'],
    ['cpus: 1', 'cpus must be at least 2'],
    ['memory: 4 GB', 'memory is a size such as 4g or 4096m, or max, or no-limit'],
    ['memory: max', 'right'],
    ['disk: big', 'disk is a size such as 4g or 4096m'],
    ['driver: xen', 'driver must be one of docker, kvm2, kvm, podman'],
    ['driver: kvm', 'right'],
    ['driver: none', 'driver none knows only one cluster on this machine: give profile: minikube'],
    ['driver: none\nprofile: minikube\nnodes: 2', 'nodes must be 1 with the driver none'],
    ['driver: kvm2\nmemory: no-limit', 'memory no-limit is for docker and podman, not kvm2'],
    ['nodes: 2\ncni: bridge', 'cni bridge joins no nodes'],
    ['kubernetesVersion: "1.53"', 'kubernetesVersion is too new: ckadet makes 1.34 to 1.37'],
    ['profile: a', 'profile has at least 2 characters'],
    ['topology: single', 'topology is not known here'],
  ])('%j', (lines, expected) => {
    expect(complaint('minikube', lines)).toContain(expected);
  });
});

describe('a file for kind', () => {
  it.each([
    ['workers: 2', 'right'],
    ['worker: 2', 'worker is not known here; did you mean workers?'],
    ['controlPlanes: 2', 'controlPlanes are 2: an even number of etcd members survives no more failures than 1'],
    ['portMappings: [{containerPort: 80}]', 'portMappings[0].hostPort is missing'],
    ['portMappings: [{containerPort: 80, hostPort: 70000}]', 'must be a port, 1 to 65535'],
    [
      'portMappings:\n- {containerPort: 80, hostPort: 8080}\n- {containerPort: 81, hostPort: 8080, listenAddress: 0.0.0.0}',
      'portMappings[1].hostPort is taken by portMappings[0] already: 8080 TCP',
    ],
    ['portMappings: [{containerPort: 80, hostPort: 8080, listenAddress: localhost}]', 'must be an IP address of this machine'],
    ['networking: {podCIDR: 10.0.0.0}', 'networking.podCIDR must be a network such as 10.244.0.0/16'],
    ['networking: {podCIDR: "fd00::/64"}', 'networking.podCIDR must be one network of the family ipv4'],
    ['networking: {podCIDR: 10.96.0.0/16, serviceCIDR: 10.96.0.0/20}', 'networking.serviceCIDR overlaps podCIDR 10.96.0.0/16'],
    ['networking: {ipFamily: dual, podCIDR: 10.244.0.0/16}', 'must be one network of each family where ipFamily is dual'],
    ['networking: {kubeProxyMode: ebpf}', 'networking.kubeProxyMode must be one of iptables, ipvs, nftables, none'],
  ])('%j', (lines, expected) => {
    expect(complaint('kind', lines)).toContain(expected);
  });
});
