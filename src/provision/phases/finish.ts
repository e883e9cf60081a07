// After the nodes have joined: what their hosts may not say of themselves, add-ons, the administrator's kubeconfig, and the proof that all of it works.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { hostPort, type HostSpec } from '../cluster-file/cluster-spec.ts';
import type { Action } from '../plan/action.ts';
import { applyManifest } from './apply-manifest.ts';
import { KUBECTL } from './kubectl-on-host.ts';
import { isAsWritten, keepPaths, noteWritten, restoreUnchanged, wasWritten } from '../host-state.ts';
import { nodes, type Phase } from './phase.ts';

export const nodeLabels: Phase = {
  info: {
    name: 'node-labels',
    title: 'Label and taint the nodes',
    explains:
      'Labels and taints decide where pods may go, and what `kubectl get nodes` calls a node. A node brings those of its kubelet when it joins; labels such as node-role.kubernetes.io/worker no kubelet may give itself, and what the file has since then the administrator adds.',
    objective: 'Workloads & Scheduling: Configure Pod admission and scheduling (limits, node affinity, etc.)',
  },
  hosts: ({ first }) => [first],
  after: ['control-plane'],
  afterAll: ['join-control-planes', 'join-workers'],
  actions: (_host, { spec }) => nodes(spec).flatMap((host) => [...labelled(host), ...tainted(host)]),
};

function labelled({ name, nodeName, labels }: HostSpec): readonly Action[] {
  const given = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  if (!given.length) return [];
  return [
    {
      kind: 'command',
      id: `label-${name}`,
      says: `label ${nodeName}`,
      script: `${KUBECTL} label --overwrite node ${nodeName} ${given.map(shellQuoted).join(' ')}`,
      unless: `${KUBECTL} get nodes -l ${shellQuoted(given.join(','))} -o name | grep -qx node/${nodeName}`,
    },
  ];
}

/** It joined with those of that day; others may have come since. */
function tainted({ name, nodeName, taints }: HostSpec): readonly Action[] {
  const given = taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`);
  if (!given.length) return [];
  const path = '{range .spec.taints[*]}{.key}={.value}:{.effect}{"\\n"}{end}';
  return [
    {
      kind: 'command',
      id: `taint-${name}`,
      says: `taint ${nodeName}`,
      script: `${KUBECTL} taint --overwrite node ${nodeName} ${given.map(shellQuoted).join(' ')}`,
      unless: `has=$(${KUBECTL} get node ${nodeName} -o jsonpath=${shellQuoted(path)}) && for taint in ${given.map(shellQuoted).join(' ')}; do printf '%s\\n' "$has" | grep -qxF -e "$taint" || exit 1; done`,
    },
  ];
}

export const addOns: Phase = {
  info: {
    name: 'add-ons',
    title: 'Install add-ons',
    explains:
      'metrics-server collects what `kubectl top` and autoscalers need. With kubeadm, kubelets serve a certificate that no authority signed, so it must be told not to verify it (--kubelet-insecure-tls). The local storage class makes volumes of folders of the nodes.',
    objective: 'Troubleshooting: Monitor cluster and application resource usage',
  },
  hosts: ({ first }) => [first],
  after: ['pod-network'],
  actions: (_host, { spec, packages }) => [
    ...(spec.file.addons.metricsServer
      ? [
          applyManifest('metrics-server', { spec, packages, unless: `${KUBECTL} -n kube-system get deployment metrics-server` }),
          {
            kind: 'command' as const,
            id: 'kubelet-certificates',
            says: 'have metrics-server accept the certificates of the kubelets',
            script: `${KUBECTL} -n kube-system patch deployment metrics-server --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--kubelet-insecure-tls"}]'`,
            unless: `${KUBECTL} -n kube-system get deployment metrics-server -o jsonpath='{.spec.template.spec.containers[0].args}' | grep -q kubelet-insecure-tls`,
          },
        ]
      : []),
    ...(spec.file.addons.localStorage
      ? [
          applyManifest('local-storage', { spec, packages, unless: `${KUBECTL} get storageclass local-path` }),
          {
            kind: 'command' as const,
            id: 'default-class',
            says: 'make the local storage class the default',
            script: `${KUBECTL} annotate --overwrite storageclass local-path storageclass.kubernetes.io/is-default-class=true`,
            unless: `${KUBECTL} get storageclass local-path -o yaml | grep -q 'is-default-class: "true"'`,
          },
        ]
      : []),
  ],
};

export const adminKubeconfig: Phase = {
  info: {
    name: 'admin-kubeconfig',
    title: 'Give the administrator a kubeconfig',
    explains: 'kubectl on a control plane reads ~/.kube/config. It holds a key to everything, so that only its owner may read it.',
    objective: 'Cluster Architecture, Installation & Configuration: Create and manage Kubernetes clusters using kubeadm',
  },
  hosts: ({ controlPlanes }) => controlPlanes,
  after: ['control-plane', 'join-control-planes'],
  actions: () => [
    {
      kind: 'command',
      id: 'kubeconfig',
      says: 'copy admin.conf to ~/.kube/config',
      why: 'one that was changed since, by a namespace or by another cluster that was added, stays as it is',
      script: `${KUBECONFIG_OF_LOGIN}
${keepPaths(CONFIG)}
if [ ! -e ${CONFIG} ] || ! { ${wasWritten(CONFIG)}; } || ${isAsWritten(CONFIG)}; then
  if [ ! -d "$home/.kube" ]; then install -d -m 700 -o "$user" -g "$(id -g "$user")" "$home/.kube"; fi
  install -m 600 -o "$user" -g "$(id -g "$user")" ${ADMIN_CONF} ${CONFIG}
  ${noteWritten(CONFIG)}
fi`,
      unless: `${KUBECONFIG_OF_LOGIN}
[ -e ${CONFIG} ] && ${wasWritten(CONFIG)} && { cmp -s ${ADMIN_CONF} ${CONFIG} || ! ${isAsWritten(CONFIG)}; }`,
      // In whosever home it was put; a reset may be another person's.
      undo: restoreUnchanged('/[.]kube/config$'),
    },
  ],
};
const ADMIN_CONF = '/etc/kubernetes/admin.conf';
const CONFIG = '"$config"';
const KUBECONFIG_OF_LOGIN = 'user=${SUDO_USER:-root}; home=$(getent passwd "$user" | cut -d: -f6); config=$home/.kube/config';

export const verify: Phase = {
  info: {
    name: 'verify',
    title: 'Verify the cluster',
    explains:
      'Asks the API through the endpoint that clients use and on every control plane, and waits until all nodes, and all pods of the system, are Ready. A cluster that only looks finished is noticed here.',
    objective: 'Troubleshooting: Troubleshoot clusters and nodes',
  },
  hosts: ({ first }) => [first],
  after: ['control-plane', 'pod-network', 'node-labels', 'add-ons'],
  afterAll: ['join-control-planes', 'join-workers', 'admin-kubeconfig'],
  actions: (_host, { spec }) => {
    const endpoint = `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`;
    const servers = [endpoint, ...spec.controlPlanes.map(({ nodeIP }) => `https://${hostPort(nodeIP, 6443)}`)];
    return [
      {
        kind: 'command',
        id: 'api',
        says: 'ask every API server whether it is ready',
        looks: true,
        timeoutMs: 200_000,
        script: `for server in ${[...new Set(servers)].join(' ')}; do
  for i in $(seq 120); do said=$(${KUBECTL} --server "$server" --request-timeout=5s get --raw /readyz 2>&1) && [ "$said" = ok ] && break; sleep 1; done
  [ "$said" = ok ] || { echo "$server: $said" >&2; exit 1; }
done`,
      },
      {
        kind: 'command',
        id: 'nodes',
        says: 'wait until all nodes are Ready',
        looks: true,
        timeoutMs: 320_000,
        script: `${KUBECTL} wait node ${nodes(spec)
          .map(({ nodeName }) => nodeName)
          .join(' ')} --for=condition=Ready --timeout=300s || { ${KUBECTL} get nodes -o wide >&2; exit 1; }`,
      },
      {
        kind: 'command',
        id: 'pods',
        says: 'wait until the pods of the system are Ready',
        looks: true,
        timeoutMs: 320_000,
        // Not those of users, and not those of Jobs that have ended, such as a backup of etcd.
        script: `for namespace in kube-system kube-flannel; do
  ${KUBECTL} get namespace $namespace >/dev/null 2>&1 || continue
  ${KUBECTL} -n $namespace wait pod --all --field-selector=status.phase!=Succeeded,status.phase!=Failed --for=condition=Ready --timeout=300s || { ${KUBECTL} -n $namespace get pods -o wide >&2; exit 1; }
done`,
      },
    ];
  },
};
