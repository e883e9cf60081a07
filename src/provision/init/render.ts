// A new cluster file as text with comments, from what was said. Pure.
import { stringify } from 'yaml';
import { type HostWord, hostAndPort, hostWords, listOf, type Said } from './field.ts';
import { portMapping } from './fields.ts';

/** The text of the file. `schema` is where an editor finds its JSON Schema. */
export function renderClusterFile(name: string, said: Said, schema?: string): string {
  const { provider = 'kubeadm' } = said;
  const body = BODIES[provider];
  if (!body) throw new Error(`nobody knows how to write a file for ${provider}`);
  return `${[
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    `# A Kubernetes cluster for ckadet: ckadet cluster plan | create | status | delete -f FILE`,
    `name: ${scalar(name)}`,
    `# In quotes, or 1.40 becomes 1.4. Without a patch, the packages at hand or a table decide it.`,
    `kubernetesVersion: ${scalar(said['kubernetes-version'] ?? '', true)}`,
    `provider: ${provider}`,
    ...body(said),
  ].join('\n')}\n`;
}

const BODIES: Readonly<Record<string, (said: Said) => readonly string[]>> = { kubeadm, minikube, kind };

/** A value as it stands in YAML; quoted where it would be something else. */
const scalar = (text: string, quoted = false): string =>
  stringify(text, { lineWidth: 0, ...(quoted ? { defaultStringType: 'QUOTE_DOUBLE' as const } : {}) }).trimEnd();
const isYes = (text: string | undefined): boolean => text === 'yes';

function kubeadm(said: Said): readonly string[] {
  const { topology = '', packages = '', cni = '', runtime = '', endpoint = '' } = said;
  const planes = hostWords(said['control-plane'] ?? '');
  const etcd = topology.endsWith('external-etcd') ? hostWords(said['etcd'] ?? '') : [];
  return [
    `topology: ${scalar(topology)}`,
    '',
    '# Machines that ckadet reaches over SSH, as a user who may use sudo. Also possible for each: port, jump, labels, taints, nodeName, nodeIP.',
    'hosts:',
    ...planes.flatMap((host) => hostLines(host, topology === 'all-in-one' ? 'control-plane, worker' : 'control-plane', said)),
    ...hostWords(said['worker'] ?? '').flatMap((host) => hostLines(host, 'worker', said)),
    ...etcd.flatMap((host) => hostLines(host, 'etcd', said)),
    ...endpointLines(endpoint, topology.startsWith('ha-')),
    '',
    '# Neither may overlap your LAN.',
    'networking:',
    `  podCIDR: ${scalar(said['pod-cidr'] ?? '')}`,
    `  serviceCIDR: ${scalar(said['service-cidr'] ?? '')}`,
    `cni: ${scalar(cni)}`,
    `runtime: ${scalar(runtime)}`,
    'addons:',
    `  metricsServer: ${isYes(said['metrics-server'])}`,
    `  localStorage: ${isYes(said['local-storage'])}`,
    '',
    ...(packages
      ? ['# Everything the hosts need, for hosts without a network.', 'packages:', '  source: folder', `  path: ${scalar(packages)}`]
      : ['# Repositories of the distribution and of Kubernetes. Also possible: mirror, proxy, noProxy, ca.', 'packages:', '  source: repositories']),
    '',
    '# A red check that you know and want: - {check: cgroup, reason: why}',
    'preflight:',
    '  accept: []',
    '# Also possible: patches, merged over the configuration of kubeadm, kubelet, kubeProxy and containerd.',
  ];
}

function hostLines({ name, address, port }: HostWord, roles: string, said: Said): readonly string[] {
  const { user = '', identity = '', local = '' } = said;
  const nodeIp = hostWords(said['node-ip'] ?? '').find((each) => each.name === name)?.address;
  const login =
    name === local ? ['    kind: local'] : [...(user ? [`    user: ${scalar(user)}`] : []), ...(identity ? [`    identity: ${scalar(identity)}`] : [])];
  return [
    `  - name: ${scalar(name)}`,
    `    address: ${scalar(address)}`,
    ...(nodeIp === undefined ? [] : [`    nodeIP: ${scalar(nodeIp)}`]),
    ...(port === undefined || name === local ? [] : [`    port: ${port}`]),
    ...login,
    `    roles: [${roles}]`,
  ];
}

function endpointLines(endpoint: string, isHa: boolean): readonly string[] {
  if (!endpoint) return [];
  const { address, port } = hostAndPort(endpoint);
  return [
    '',
    isHa ? '# The address that keepalived moves between the control planes; HAProxy listens at it.' : '# Where clients reach the API.',
    'endpoint:',
    `  address: ${scalar(address)}`,
    ...(port === undefined ? (isHa ? ['  port: 8443'] : []) : [`  port: ${port}`]),
    ...(isHa ? ['  # Unique among all VRRP groups of the LAN, 1 to 255. Also possible: interface, haproxy, keepalived.', '  routerId: 51'] : []),
  ];
}

function minikube(said: Said): readonly string[] {
  const { nodes = '1', cpus = '2', memory = '', disk = '', driver = '', runtime = '', cni = '', profile = '' } = said;
  const addons = listOf(said['addons']);
  return [
    '',
    '# One control plane, the others workers; processors, memory and disk are of each.',
    `nodes: ${Number(nodes)}`,
    `cpus: ${Number(cpus)}`,
    memory ? `memory: ${scalar(memory)}` : '# memory: 4g',
    ...(disk ? [`disk: ${scalar(disk)}`] : []),
    '# Left out, the first that is installed: docker, kvm2, podman, vmware, virtualbox, qemu on Linux.',
    driver ? `driver: ${scalar(driver)}` : '# driver: docker',
    `runtime: ${scalar(runtime)}`,
    '# calico and cilium enforce network policies.',
    `cni: ${scalar(cni)}`,
    ...(profile ? [`profile: ${scalar(profile)}`] : []),
    '# As minikube addons list calls them: metrics-server, ingress …',
    `addons: [${addons.map((each) => scalar(each)).join(', ')}]`,
  ];
}

function kind(said: Said): readonly string[] {
  const { workers = '0', image = '' } = said;
  const ports = listOf(said['ports']).map(portMapping);
  return [
    '',
    `controlPlanes: ${Number(said['control-planes'] ?? '1')}`,
    `workers: ${Number(workers)}`,
    '# Ports of this machine that lead to the first control plane, for node ports and host ports there.',
    ...(ports.length
      ? [
          'portMappings:',
          ...ports.map(({ hostPort, containerPort, protocol }) => `  - {containerPort: ${containerPort}, hostPort: ${hostPort}, protocol: ${protocol}}`),
        ]
      : ['portMappings: []']),
    '# Left out, kindest/node of the version; the release notes of kind have the digests.',
    image ? `image: ${scalar(image)}` : '# image: kindest/node:v1.35.0@sha256:…',
    'networking:',
    '  ipFamily: ipv4',
    '# Also possible: networking.podCIDR and more, patches for kubeadm, kubelet, kubeProxy and containerd.',
  ];
}
