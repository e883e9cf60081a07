// Members of an external etcd: certificates from one authority, and a static pod that a kubelet of its own keeps running.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { hostPort } from '../cluster-file/cluster-spec.ts';
import { etcdConfig, standaloneKubeletConfig } from '../kubeadm/config.ts';
import { etcdPki, etcdValues } from '../kubeadm/secrets.ts';
import type { Action } from '../plan/action.ts';
import { render } from '../templates.ts';
import { leaveCluster } from './half-made.ts';
import type { Phase } from './phase.ts';

const CONFIG = '/etc/kubernetes/ckadet';
const UNPACK = 'mkdir -p /etc/kubernetes/pki && base64 -d | tar -C /etc/kubernetes/pki -x && chmod 600 $(find /etc/kubernetes/pki -name "*.key")';
const configPath = (name: string): string => `${CONFIG}/etcd-${name}.yaml`;

/** The authority of etcd, and the certificates of the first member. */
export const etcdAuthority: Phase = {
  info: {
    name: 'etcd-authority',
    title: 'Make the certificate authority of etcd',
    explains:
      'Members of etcd, and the API servers that ask them, know each other by certificates of one authority. It is made on the first member, and its key never leaves that host; what the others need is signed there and brought to them.',
    objective: 'Cluster Architecture, Installation & Configuration: Implement and configure a highly-available control plane',
  },
  hosts: ({ etcd }) => etcd.slice(0, 1),
  after: ['kubernetes-binaries'],
  actions: (host, { spec, facts }) => [
    ...spec.etcd.map((member) => ({
      kind: 'file' as const,
      id: `config-${member.name}`,
      says: `write the kubeadm configuration of member ${member.name}`,
      path: configPath(member.name),
      content: etcdConfig(member, spec, facts(member)),
      mode: '0600',
    })),
    {
      kind: 'command',
      id: 'certificates',
      says: 'make the authority and the certificates of this member',
      script: `for each in etcd-ca etcd-server etcd-peer etcd-healthcheck-client apiserver-etcd-client; do kubeadm init phase certs "$each" --config ${configPath(host.name)}; done`,
      unless: 'test -s /etc/kubernetes/pki/apiserver-etcd-client.key -a -s /etc/kubernetes/pki/etcd/server.key -a -s /etc/kubernetes/pki/etcd/peer.key',
    },
  ],
  values: ({ spec }) => etcdValues(spec),
};

export const externalEtcd: Phase = {
  info: {
    name: 'external-etcd',
    title: 'Start the members of etcd',
    explains:
      'Each host of etcd runs a kubelet that belongs to no cluster: all it does is to keep one static pod running, the member. kubeadm knows nothing of these members later: they are upgraded, and their certificates renewed, by whoever made them.',
    objective: 'Cluster Architecture, Installation & Configuration: Implement and configure a highly-available control plane',
  },
  hosts: ({ etcd }) => etcd,
  after: ['container-images', 'kubernetes-binaries', 'etcd-authority'],
  afterAll: ['etcd-authority'],
  actions: (host, { spec, facts }) => [
    ...(host === spec.etcd[0]
      ? []
      : ([
          {
            kind: 'file',
            id: 'config',
            says: 'write the kubeadm configuration of this member',
            path: configPath(host.name),
            content: etcdConfig(host, spec, facts(host)),
            mode: '0600',
          },
          {
            kind: 'command',
            id: 'certificates',
            says: 'bring the certificates of this member',
            input: { text: etcdPki(host) },
            script: UNPACK,
            unless: 'test -s /etc/kubernetes/pki/etcd/server.key -a -s /etc/kubernetes/pki/etcd/peer.key',
          },
        ] satisfies readonly Action[])),
    {
      kind: 'file',
      id: 'kubelet-config',
      says: 'write the configuration of the kubelet',
      path: '/var/lib/kubelet/config.yaml',
      content: standaloneKubeletConfig(facts(host), spec.file.patches.kubelet),
    },
    {
      kind: 'file',
      id: 'kubelet-drop-in',
      says: 'have the kubelet run without a cluster',
      path: '/etc/systemd/system/kubelet.service.d/20-ckadet-etcd.conf',
      content: render('systemd/20-etcd.conf', { kubelet: spec.file.packages.source === 'folder' ? '/usr/local/bin/kubelet' : '/usr/bin/kubelet' }),
    },
    {
      kind: 'command',
      id: 'member',
      says: 'write the static pod of the member',
      script: `kubeadm init phase etcd local --config ${configPath(host.name)}`,
      unless: 'test -s /etc/kubernetes/manifests/etcd.yaml',
    },
    {
      kind: 'command',
      id: 'kubelet',
      says: 'start the kubelet',
      script: 'systemctl daemon-reload && systemctl restart kubelet',
      onChangeOf: ['kubelet-config', 'kubelet-drop-in', 'member'],
      undo: `systemctl stop kubelet 2>/dev/null || true
${leaveCluster(spec)}`,
    },
  ],
};

/** Every member answers; on each, because a plan has no step that runs on none. */
export const etcdHealthy: Phase = {
  info: {
    name: 'etcd-healthy',
    title: 'Wait for etcd',
    explains: 'etcd answers only when most of its members agree on a leader. kubeadm would wait for that too, but could not say which member is missing.',
    objective: 'Troubleshooting: Troubleshoot clusters and nodes',
  },
  hosts: ({ etcd }) => etcd,
  after: ['external-etcd'],
  afterAll: ['external-etcd'],
  actions: (_host, { spec }) => [
    { kind: 'command', id: 'healthy', says: 'wait until every member is healthy', looks: true, script: healthScript(spec), timeoutMs: 200_000 },
  ],
};

const healthScript = ({ etcd }: ClusterSpec): string => `endpoints=${etcd.map(({ nodeIP }) => `https://${hostPort(nodeIP, 2379)}`).join(',')}
pki=/etc/kubernetes/pki/etcd
for i in $(seq 180); do
  said=$(etcdctl --endpoints="$endpoints" --cacert=$pki/ca.crt --cert=$pki/healthcheck-client.crt --key=$pki/healthcheck-client.key endpoint health 2>&1) && exit 0
  sleep 1
done
echo "$said" >&2; exit 1`;

/** What a control plane shows to etcd. */
export const etcdClient: Phase = {
  info: {
    name: 'etcd-client',
    title: 'Bring the certificates for etcd to the control planes',
    explains: 'An API server asks an external etcd with a client certificate. kubeadm expects it in place before init and join.',
    objective: 'Cluster Architecture, Installation & Configuration: Implement and configure a highly-available control plane',
  },
  hosts: ({ etcd, controlPlanes }) => (etcd.length ? controlPlanes : []),
  after: ['kubernetes-binaries'],
  afterAll: ['etcd-authority', 'etcd-healthy'],
  actions: (host) => [
    {
      kind: 'command',
      id: 'certificates',
      says: 'bring the certificates with which the API server asks etcd',
      input: { text: etcdPki(host) },
      script: UNPACK,
      unless: 'test -s /etc/kubernetes/pki/apiserver-etcd-client.key -a -s /etc/kubernetes/pki/etcd/ca.crt',
    },
  ],
};
