// The four static pods of a control plane node, as kubeadm writes their manifests. Models kubernetes/cmd/kubeadm/app/phases/{controlplane,etcd}
import type { Container, Pod, Probe, Volume, VolumeMount } from '../../../kube/api/core-v1.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { ETCD_TAG, SERVER_VERSION } from '../node/version.ts';

export interface ControlPlaneSettings {
  readonly nodeName: string;
  readonly address: string;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
}

const PKI = '/etc/kubernetes/pki';

export function controlPlanePods(settings: ControlPlaneSettings): readonly Draft<Pod>[] {
  return [etcd(settings), apiServer(settings), controllerManager(settings), scheduler()];
}

interface Component {
  readonly name: string;
  readonly image: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, string>>;
  readonly port: number;
  readonly probes: { readonly host: string; readonly scheme: 'HTTP' | 'HTTPS'; readonly live: string; readonly ready?: string; readonly startup: string };
  /** Volume name, path, type, and whether it is mounted read-only. */
  readonly mounts: readonly (readonly [name: string, path: string, type: 'DirectoryOrCreate' | 'FileOrCreate', readOnly: boolean])[];
  readonly annotations?: Readonly<Record<string, string>>;
}

function componentPod({ name, image, flags, requests, port, probes, mounts, annotations }: Component): Draft<Pod> {
  const probe = (path: string, rest: Probe): Probe => ({
    httpGet: { host: probes.host, path, port: 'probe-port', scheme: probes.scheme },
    timeoutSeconds: 15,
    successThreshold: 1,
    ...rest,
  });
  const container: Container = {
    name,
    image: `registry.k8s.io/${image}`,
    imagePullPolicy: 'IfNotPresent',
    command: [
      name,
      ...Object.entries(flags)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([flag, value]) => `--${flag}=${value}`),
    ],
    ports: [{ containerPort: port, name: 'probe-port', protocol: 'TCP' }],
    resources: { requests },
    livenessProbe: probe(probes.live, { initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 8 }),
    ...(probes.ready ? { readinessProbe: probe(probes.ready, { periodSeconds: 1, failureThreshold: 3 }) } : {}),
    startupProbe: probe(probes.startup, { initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 24 }),
    volumeMounts: mounts.map(([volume, mountPath, , readOnly]): VolumeMount => ({ mountPath, name: volume, ...(readOnly ? { readOnly } : {}) })),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'kube-system', labels: { component: name, tier: 'control-plane' }, ...(annotations ? { annotations } : {}) },
    spec: {
      containers: [container],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: mounts.map(([volume, path, type]): Volume => ({ hostPath: { path, type }, name: volume })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      schedulerName: 'default-scheduler',
    },
  };
}

const CA_CERTIFICATES = [
  ['ca-certs', '/etc/ssl/certs', 'DirectoryOrCreate', true],
  ['etc-ca-certificates', '/etc/ca-certificates', 'DirectoryOrCreate', true],
] as const;
const SHARED_CA_CERTIFICATES = [
  ['usr-local-share-ca-certificates', '/usr/local/share/ca-certificates', 'DirectoryOrCreate', true],
  ['usr-share-ca-certificates', '/usr/share/ca-certificates', 'DirectoryOrCreate', true],
] as const;
const CERTIFICATES = ['k8s-certs', PKI, 'DirectoryOrCreate', true] as const;

const etcd = ({ nodeName, address }: ControlPlaneSettings): Draft<Pod> =>
  componentPod({
    name: 'etcd',
    image: `etcd:${ETCD_TAG}`,
    port: 2381,
    requests: { cpu: '100m', memory: '100Mi' },
    probes: { host: '127.0.0.1', scheme: 'HTTP', live: '/livez', ready: '/readyz', startup: '/readyz' },
    mounts: [
      ['etcd-data', '/var/lib/etcd', 'DirectoryOrCreate', false],
      ['etcd-certs', `${PKI}/etcd`, 'DirectoryOrCreate', false],
    ],
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
    flags: {
      'advertise-client-urls': `https://${address}:2379`,
      'cert-file': `${PKI}/etcd/server.crt`,
      'client-cert-auth': 'true',
      'data-dir': '/var/lib/etcd',
      'feature-gates': 'InitialCorruptCheck=true',
      'initial-advertise-peer-urls': `https://${address}:2380`,
      'initial-cluster': `${nodeName}=https://${address}:2380`,
      'key-file': `${PKI}/etcd/server.key`,
      'listen-client-urls': `https://127.0.0.1:2379,https://${address}:2379`,
      'listen-metrics-urls': 'http://127.0.0.1:2381',
      'listen-peer-urls': `https://${address}:2380`,
      name: nodeName,
      'peer-cert-file': `${PKI}/etcd/peer.crt`,
      'peer-client-cert-auth': 'true',
      'peer-key-file': `${PKI}/etcd/peer.key`,
      'peer-trusted-ca-file': `${PKI}/etcd/ca.crt`,
      'snapshot-count': '10000',
      'trusted-ca-file': `${PKI}/etcd/ca.crt`,
      'watch-progress-notify-interval': '5s',
    },
  });

const apiServer = ({ address, serviceSubnet }: ControlPlaneSettings): Draft<Pod> =>
  componentPod({
    name: 'kube-apiserver',
    image: `kube-apiserver:${SERVER_VERSION}`,
    port: 6443,
    requests: { cpu: '250m' },
    probes: { host: address, scheme: 'HTTPS', live: '/livez', ready: '/readyz', startup: '/livez' },
    mounts: [...CA_CERTIFICATES, CERTIFICATES, ...SHARED_CA_CERTIFICATES],
    annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:6443` },
    flags: {
      'advertise-address': address,
      'allow-privileged': 'true',
      'authorization-mode': 'Node,RBAC',
      'client-ca-file': `${PKI}/ca.crt`,
      'enable-admission-plugins': 'NodeRestriction',
      'enable-bootstrap-token-auth': 'true',
      'etcd-cafile': `${PKI}/etcd/ca.crt`,
      'etcd-certfile': `${PKI}/apiserver-etcd-client.crt`,
      'etcd-keyfile': `${PKI}/apiserver-etcd-client.key`,
      'etcd-servers': 'https://127.0.0.1:2379',
      'kubelet-client-certificate': `${PKI}/apiserver-kubelet-client.crt`,
      'kubelet-client-key': `${PKI}/apiserver-kubelet-client.key`,
      'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
      'proxy-client-cert-file': `${PKI}/front-proxy-client.crt`,
      'proxy-client-key-file': `${PKI}/front-proxy-client.key`,
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': '6443',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': `${PKI}/sa.pub`,
      'service-account-signing-key-file': `${PKI}/sa.key`,
      'service-cluster-ip-range': serviceSubnet,
      'tls-cert-file': `${PKI}/apiserver.crt`,
      'tls-private-key-file': `${PKI}/apiserver.key`,
    },
  });

const controllerManager = ({ podSubnet, serviceSubnet }: ControlPlaneSettings): Draft<Pod> =>
  componentPod({
    name: 'kube-controller-manager',
    image: `kube-controller-manager:${SERVER_VERSION}`,
    port: 10257,
    requests: { cpu: '200m' },
    probes: { host: '127.0.0.1', scheme: 'HTTPS', live: '/healthz', startup: '/healthz' },
    mounts: [
      ...CA_CERTIFICATES,
      ['flexvolume-dir', '/usr/libexec/kubernetes/kubelet-plugins/volume/exec', 'DirectoryOrCreate', false],
      CERTIFICATES,
      ['kubeconfig', '/etc/kubernetes/controller-manager.conf', 'FileOrCreate', true],
      ...SHARED_CA_CERTIFICATES,
    ],
    flags: {
      'allocate-node-cidrs': 'true',
      'authentication-kubeconfig': '/etc/kubernetes/controller-manager.conf',
      'authorization-kubeconfig': '/etc/kubernetes/controller-manager.conf',
      'bind-address': '127.0.0.1',
      'client-ca-file': `${PKI}/ca.crt`,
      'cluster-cidr': podSubnet,
      'cluster-name': 'kubernetes',
      'cluster-signing-cert-file': `${PKI}/ca.crt`,
      'cluster-signing-key-file': `${PKI}/ca.key`,
      controllers: '*,bootstrapsigner,tokencleaner',
      kubeconfig: '/etc/kubernetes/controller-manager.conf',
      'leader-elect': 'true',
      'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
      'root-ca-file': `${PKI}/ca.crt`,
      'service-account-private-key-file': `${PKI}/sa.key`,
      'service-cluster-ip-range': serviceSubnet,
      'use-service-account-credentials': 'true',
    },
  });

const scheduler = (): Draft<Pod> =>
  componentPod({
    name: 'kube-scheduler',
    image: `kube-scheduler:${SERVER_VERSION}`,
    port: 10259,
    requests: { cpu: '100m' },
    probes: { host: '127.0.0.1', scheme: 'HTTPS', live: '/livez', ready: '/readyz', startup: '/livez' },
    mounts: [['kubeconfig', '/etc/kubernetes/scheduler.conf', 'FileOrCreate', true]],
    flags: {
      'authentication-kubeconfig': '/etc/kubernetes/scheduler.conf',
      'authorization-kubeconfig': '/etc/kubernetes/scheduler.conf',
      'bind-address': '127.0.0.1',
      kubeconfig: '/etc/kubernetes/scheduler.conf',
      'leader-elect': 'true',
    },
  });
