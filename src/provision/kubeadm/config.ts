// The configuration files of kubeadm (kubeadm.k8s.io/v1beta4), with the patches of the cluster file merged over them. Pure.
import { stringify } from 'yaml';
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { hostPort } from '../cluster-file/cluster-spec.ts';
import type { HostFacts } from '../survey/facts.ts';
import { isMapping, mergedOver } from './merged-over.ts';

const API = 'kubeadm.k8s.io/v1beta4';
export const CRI_SOCKET = { containerd: 'unix:///run/containerd/containerd.sock', 'cri-o': 'unix:///var/run/crio/crio.sock' } as const;
/** Where the configuration lies on the first control plane, for init and for later phases of kubeadm. */
export const INIT_CONFIG = '/etc/kubernetes/ckadet/kubeadm.yaml';
/** Where a control plane finds what it shows to an external etcd. */
export const ETCD_CLIENT = {
  caFile: '/etc/kubernetes/pki/etcd/ca.crt',
  certFile: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
  keyFile: '/etc/kubernetes/pki/apiserver-etcd-client.key',
} as const;

type Json = Readonly<Record<string, unknown>>;

export const yamlDocuments = (documents: readonly Json[]): string => documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');

/** For `kubeadm init` on the first control plane. */
export function initConfig(spec: ClusterSpec, facts: HostFacts): string {
  return yamlDocuments([
    mergedOver({ ...initDocument(spec, facts) }, spec.file.patches.kubeadm.InitConfiguration),
    mergedOver(clusterDocument(spec), spec.file.patches.kubeadm.ClusterConfiguration),
    mergedOver(kubeletDocument(facts), spec.file.patches.kubelet),
    mergedOver({ apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration' }, spec.file.patches.kubeProxy),
  ]);
}

/** Where images come from, and whom kubeadm asks for them, with all that the cluster file says of either: for `kubeadm config images` on a control plane. */
export function imagesConfig(host: HostSpec, spec: ClusterSpec): string {
  const kind = host === spec.first ? 'InitConfiguration' : 'JoinConfiguration';
  return yamlDocuments([
    { apiVersion: API, kind: 'InitConfiguration', nodeRegistration: { criSocket: criSocketOf(spec, kind) } },
    mergedOver(clusterDocument(spec), spec.file.patches.kubeadm.ClusterConfiguration),
  ]);
}

/** Of the nodes that are made with such a document; `unix:///…`. */
export function criSocketOf({ file }: ClusterSpec, kind: 'InitConfiguration' | 'JoinConfiguration'): string {
  const { nodeRegistration } = file.patches.kubeadm[kind];
  const patched = isMapping(nodeRegistration) ? nodeRegistration['criSocket'] : undefined;
  return typeof patched === 'string' ? patched : CRI_SOCKET[file.runtime];
}

/** For `kubeadm join`; token, hash and key are texts that may be known only later. The key makes it a control plane. */
export function joinConfig(
  host: HostSpec,
  spec: ClusterSpec,
  facts: HostFacts,
  secrets: { readonly token: string; readonly caHash: string; readonly certificateKey?: string },
): string {
  const document = {
    apiVersion: API,
    kind: 'JoinConfiguration',
    discovery: {
      bootstrapToken: { apiServerEndpoint: hostPort(spec.endpoint.address, spec.endpoint.port), token: secrets.token, caCertHashes: [secrets.caHash] },
    },
    nodeRegistration: nodeRegistration(host, spec, facts),
    ...(secrets.certificateKey === undefined
      ? {}
      : { controlPlane: { certificateKey: secrets.certificateKey, localAPIEndpoint: { advertiseAddress: host.nodeIP, bindPort: 6443 } } }),
  };
  return yamlDocuments([mergedOver(document, spec.file.patches.kubeadm.JoinConfiguration)]);
}

const initDocument = (spec: ClusterSpec, facts: HostFacts): Json => ({
  apiVersion: API,
  kind: 'InitConfiguration',
  localAPIEndpoint: { advertiseAddress: spec.first.nodeIP, bindPort: 6443 },
  nodeRegistration: nodeRegistration(spec.first, spec, facts),
});

function nodeRegistration(host: HostSpec, { file }: ClusterSpec, facts: HostFacts): Json {
  const isControlPlane = host.roles.includes('control-plane');
  const schedulable = isControlPlane && host.roles.includes('worker');
  const extra = { 'node-ip': host.nodeIP, ...(Object.keys(host.labels).length ? { 'node-labels': labelsFlag(host.labels) } : {}) };
  return {
    name: host.nodeName,
    criSocket: CRI_SOCKET[file.runtime],
    imagePullPolicy: 'IfNotPresent',
    // Null leaves kubeadm's own taint on a control plane; an empty list makes one that takes ordinary pods.
    ...(schedulable || host.taints.length ? { taints: [...(isControlPlane && !schedulable ? [CONTROL_PLANE_TAINT] : []), ...host.taints] } : {}),
    ...(facts.cgroup === 'v1' ? { ignorePreflightErrors: ['SystemVerification'] } : {}),
    kubeletExtraArgs: Object.entries(extra).map(([name, value]) => ({ name, value })),
  };
}

const CONTROL_PLANE_TAINT = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
/** A kubelet may not give itself labels of these prefixes: they are set through the API later. */
const RESERVED_LABEL = /(^|\.)(kubernetes|k8s)\.io\//;
const isReservedLabel = (key: string): boolean => RESERVED_LABEL.test(key);
const labelsFlag = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .filter(([key]) => !isReservedLabel(key))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

function clusterDocument(spec: ClusterSpec): Json {
  const { podCIDR, serviceCIDR, dnsDomain } = spec.file.networking;
  return {
    apiVersion: API,
    kind: 'ClusterConfiguration',
    clusterName: spec.name,
    kubernetesVersion: spec.version.full,
    controlPlaneEndpoint: hostPort(spec.endpoint.address, spec.endpoint.port),
    networking: { podSubnet: podCIDR, serviceSubnet: serviceCIDR, dnsDomain },
    // Requests reach an API server by any of these names.
    apiServer: {
      certSANs: [
        ...new Set([spec.endpoint.address, ...spec.controlPlanes.flatMap(({ nodeIP, address, nodeName }) => [nodeIP, address, nodeName]), '127.0.0.1']),
      ],
    },
    ...(spec.etcd.length ? { etcd: { external: { endpoints: spec.etcd.map(({ nodeIP }) => `https://${hostPort(nodeIP, 2379)}`), ...ETCD_CLIENT } } } : {}),
  };
}

const kubeletDocument = (facts: HostFacts): Json => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  cgroupDriver: 'systemd',
  ...(facts.cgroup === 'v1' ? { failCgroupV1: false } : {}),
});

/** For the phases of kubeadm that make one member of an external etcd: its certificates and its static pod. */
export function etcdConfig(host: HostSpec, spec: ClusterSpec, facts: HostFacts): string {
  const { imageRepository } = spec.file.patches.kubeadm.ClusterConfiguration;
  const names = [host.nodeIP, host.nodeName, ...(host.address === host.nodeIP ? [] : [host.address])];
  const cluster = spec.etcd.map(({ nodeName, nodeIP }) => `${nodeName}=https://${hostPort(nodeIP, 2380)}`).join(',');
  const url = (port: number): string => `https://${hostPort(host.nodeIP, port)}`;
  const args = {
    'initial-cluster': cluster,
    'initial-cluster-state': 'new',
    name: host.nodeName,
    'listen-peer-urls': url(2380),
    'listen-client-urls': `${url(2379)},https://127.0.0.1:2379`,
    'advertise-client-urls': url(2379),
    'initial-advertise-peer-urls': url(2380),
  };
  return yamlDocuments([
    initDocument({ ...spec, first: host }, facts),
    {
      apiVersion: API,
      kind: 'ClusterConfiguration',
      clusterName: spec.name,
      kubernetesVersion: spec.version.full,
      ...(typeof imageRepository === 'string' ? { imageRepository } : {}),
      etcd: { local: { serverCertSANs: names, peerCertSANs: names, extraArgs: Object.entries(args).map(([name, value]) => ({ name, value })) } },
    },
  ]);
}

/** Of the kubelet that keeps an etcd member running on a host that belongs to no cluster: it takes static pods and answers nobody else. */
export const standaloneKubeletConfig = (facts: HostFacts, patch: Json): string =>
  yamlDocuments([
    mergedOver(
      {
        ...kubeletDocument(facts),
        address: '127.0.0.1',
        authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
        authorization: { mode: 'AlwaysAllow' },
        staticPodPath: '/etc/kubernetes/manifests',
        containerRuntimeEndpoint: CRI_SOCKET.containerd,
      },
      patch,
    ),
  ]);
