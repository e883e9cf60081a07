// What labs can do on a cluster, read off its file: every topology, network plugin and add-on.
import { describe, expect, it } from 'vitest';
import { unmetNeeds } from '../../../src/cluster/capabilities.ts';
import { capabilitiesOf } from '../../../src/provision/capabilities.ts';
import { parseAny } from '../../../src/provision/load.ts';
import { TOPOLOGIES, type Topology } from '../../../src/provision/cluster-file/schema.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';

const of = (topology: Topology, more = ''): ReturnType<typeof capabilitiesOf> => capabilitiesOf(specOf(clusterYaml(topology, more)));

describe('of hosts', () => {
  it.each(Object.keys(TOPOLOGIES) as readonly Topology[])('%s', (topology) => {
    expect(of(topology)).toEqual({
      // Not a control plane, though the one of all-in-one takes pods.
      workers: topology === 'all-in-one' ? 0 : 1,
      hosts: true,
      containers: true,
      metrics: false,
      'network-policy': false,
      ingress: false,
      'dynamic-volumes': false,
    });
  });

  it.each([
    ['cni: flannel', { 'network-policy': false }],
    ['cni: calico', { 'network-policy': true }],
    ['cni: cilium', { 'network-policy': true }],
    ['addons: {metricsServer: true}', { metrics: true, 'dynamic-volumes': false }],
    ['addons: {localStorage: true}', { metrics: false, 'dynamic-volumes': true }],
  ])('with %s', (more, expected) => {
    expect(of('ha-stacked', more)).toMatchObject(expected);
  });

  it('tell a lab what it would miss', () => {
    expect(unmetNeeds({ workers: 2, hosts: true, metrics: true }, [], of('single'))).toEqual([
      'it needs worker nodes: 2; there: 1',
      'it needs resource metrics (kubectl top)',
    ]);
  });
});

describe('of this machine', () => {
  const local = (yaml: string): object => {
    const parsed = parseAny(yaml, 'cluster.yaml');
    return 'local' in parsed ? parsed.local.capabilities : {};
  };
  it('minikube counts its nodes but the first, and its add-ons', () => {
    expect(local('name: box\nprovider: minikube\n')).toMatchObject({ workers: 0, metrics: false, 'network-policy': false });
    expect(local('name: box\nprovider: minikube\nnodes: 3\ncni: calico\naddons: [metrics-server, ingress]\n')).toMatchObject({
      workers: 2,
      metrics: true,
      'network-policy': true,
      ingress: true,
    });
  });
  it('kind has its own network plugin unless it is left out', () => {
    expect(local('name: k\nprovider: kind\nworkers: 2\n')).toMatchObject({ workers: 2, 'network-policy': true, 'dynamic-volumes': true });
    expect(local('name: k\nprovider: kind\nnetworking: {disableDefaultCNI: true}\n')).toMatchObject({ workers: 0, 'network-policy': false });
  });
});
