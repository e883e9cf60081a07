// kubeadm init on the first control plane.
import { INIT_CONFIG as CONFIG, initConfig } from '../kubeadm/config.ts';
import { clearHalfMade, leaveCluster } from './half-made.ts';
import { IS_CONTROL_PLANE } from './membership.ts';
import type { Action } from '../plan/action.ts';
import { KUBECTL } from './kubectl-on-host.ts';
import { nodes, type Phase } from './phase.ts';

export const controlPlane: Phase = {
  info: {
    name: 'control-plane',
    title: 'Make the first control plane',
    explains:
      'kubeadm init makes the certificate authority and certificates, kubeconfigs, and the static pods of API server, scheduler, controller manager and (unless it is external) etcd, waits for them, and adds CoreDNS and kube-proxy. Everything that it asks for was put in place by the steps before.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: ({ first }) => [first],
  after: ['prepare-kernel', 'install-packages', 'container-images', 'kubernetes-binaries', 'etcd-client'],
  // The virtual address must be held before init talks to it.
  afterAll: ['load-balancer', 'etcd-healthy'],
  actions: (host, { spec, facts, standing }) => [
    { kind: 'file', id: 'config', says: 'write the configuration of kubeadm', path: CONFIG, content: initConfig(spec, facts(host)), mode: '0600' },
    { kind: 'command', id: 'validate', says: 'have kubeadm check its configuration', looks: true, script: `kubeadm config validate --config ${CONFIG}` },
    {
      kind: 'command',
      id: 'init',
      says: 'make the control plane',
      script: `# A run that was cut off leaves half a control plane, which init refuses to build upon.
${clearHalfMade(spec, [CONFIG])}
kubeadm init --config ${CONFIG} --upload-certs --skip-token-print --skip-certificate-key-print`,
      unless: IS_CONTROL_PLANE,
      undo: leaveCluster(spec),
      timeoutMs: 600_000,
    },
    ...nodes(spec).flatMap(({ name, nodeName }): readonly Action[] =>
      standing.halfJoined.has(name)
        ? [
            {
              kind: 'command',
              id: `forget-${name}`,
              says: `have the cluster forget the node ${nodeName}, whose join was cut off`,
              script: `${KUBECTL} delete node ${nodeName} --ignore-not-found`,
            },
          ]
        : [],
    ),
  ],
};
