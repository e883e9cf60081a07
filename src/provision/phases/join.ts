// kubeadm join: the other control planes two at a time, workers all at once.
import type { HostSpec } from '../cluster-file/cluster-spec.ts';
import { joinConfig } from '../kubeadm/config.ts';
import { joinSecrets, joinValues } from '../kubeadm/secrets.ts';
import type { Action } from '../plan/action.ts';
import { clearHalfMade, leaveCluster } from './half-made.ts';
import { IS_CONTROL_PLANE, IS_WORKER } from './membership.ts';
import type { Phase, PhaseContext } from './phase.ts';

const CONFIG = '/run/ckadet/join.yaml';

function join(host: HostSpec, { spec, facts }: PhaseContext, asControlPlane: boolean): Action {
  const { certificateKey, ...discovery } = joinSecrets;
  const content = joinConfig(host, spec, facts(host), asControlPlane ? { ...discovery, certificateKey } : discovery);
  return {
    kind: 'command',
    id: 'join',
    says: asControlPlane ? 'join as a control plane' : 'join as a worker',
    files: [{ path: CONFIG, content }],
    script: `# A join that was cut off is taken back, etcd member and all, before the next one.
${clearHalfMade(spec, [])}
kubeadm join --config ${CONFIG}`,
    unless: asControlPlane ? IS_CONTROL_PLANE : IS_WORKER,
    undo: leaveCluster(spec),
    timeoutMs: 600_000,
  };
}

/** What ran for the deleted node is still there, with addresses that it may not have again. */
const leave = ({ spec }: PhaseContext): Action => ({
  kind: 'command',
  id: 'leave',
  says: 'leave the cluster, which has no such node any more, to join it anew',
  script: leaveCluster(spec),
  unless: `! { ${IS_WORKER}; }`,
});

export const joinControlPlanes: Phase = {
  info: {
    name: 'join-control-planes',
    title: 'Join the other control planes',
    explains:
      'Each brings its own API server, scheduler and controller manager, and with stacked etcd a member of it. Two join at a time: etcd takes one new member at a time, first as a learner without a vote, and kubeadm waits up to two minutes for its turn. The certificates that all control planes share come through a Secret that is encrypted with a key of two hours.',
    objective: 'Cluster Architecture, Installation & Configuration: Implement and configure a highly-available control plane',
  },
  hosts: ({ controlPlanes }) => controlPlanes.slice(1),
  after: ['prepare-kernel', 'install-packages', 'container-images', 'kubernetes-binaries', 'load-balancer', 'etcd-client'],
  afterAll: ['control-plane'],
  // More would have the last of them wait longer for etcd than kubeadm does.
  atOnce: 2,
  actions: (host, context) => [join(host, context, true)],
  values: ({ spec }) => joinValues(spec),
};

export const joinWorkers: Phase = {
  info: {
    name: 'join-workers',
    title: 'Join the workers',
    explains:
      'A worker needs a token, by which the cluster knows it, and the hash of the cluster’s certificate authority, by which it knows the cluster. Its kubelet then asks for a certificate of its own.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: ({ workers }) => workers,
  after: ['prepare-kernel', 'install-packages', 'container-images', 'kubernetes-binaries'],
  afterAll: ['control-plane'],
  actions: (host, context) => [...(context.standing.deleted.has(host.name) ? [leave(context)] : []), join(host, context, false)],
};
