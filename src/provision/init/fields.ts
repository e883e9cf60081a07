// Every field of a new cluster file, in the order in which they are asked.
import { CNIS, PROVIDERS, RUNTIMES, TOPOLOGIES } from '../cluster-file/schema.ts';
import { isIP, parseNetwork } from '../cluster-file/addresses.ts';
import { MINORS, resolveVersion, whyNotSupported } from '../cluster-file/versions.ts';
import { MINIKUBE_CNIS, MINIKUBE_DRIVERS, MINIKUBE_RUNTIMES } from '../providers/minikube/schema.ts';
import { identityFlaw, packagesFlaw } from './look.ts';
import { type HostWord, hostAndPort, hostWords, type InitField, oneOfThem, readBy, type Said, wholeNumberIn } from './field.ts';

const KUBEADM = ['kubeadm'];
const MINIKUBE = ['minikube'];
const KIND = ['kind'];
const NEWEST_BUT_TRIED = '1.35';
const SWITCH = ['yes', 'no'];

/** One that is off unless somebody wants it. */
const addOn = (option: string, gives: string, question: string): InitField => ({
  option,
  says: `yes: ${gives}`,
  value: 'yes|no',
  providers: KUBEADM,
  question,
  choices: () => SWITCH.map((value) => ({ value, name: value })),
  preset: () => 'no',
  check: oneOfThem(SWITCH),
});

const PROVIDER_SAYS: Readonly<Record<string, string>> = {
  kubeadm: 'your own Linux machines, over SSH',
  minikube: 'containers or virtual machines of this machine',
  kind: 'containers of this machine',
};

const topologyOf = (said: Said): string => said['topology'] ?? '';
const isHa = (said: Said): boolean => topologyOf(said).startsWith('ha-');

const some = (words: readonly HostWord[], text: string): string | undefined =>
  words.length ? undefined : `there is none in ${JSON.stringify(text)}: give NAME=ADDRESS`;
const isName = (address: string): boolean => !isIP(address) && /[A-Za-z]/.test(address) && /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(address);
/** All machines that were named, of whatever role. */
const named = (said: Said): readonly HostWord[] => ['control-plane', 'worker', 'etcd'].flatMap((option) => wordsOrNone(said[option]));
function wordsOrNone(text = ''): readonly HostWord[] {
  return readBy(hostWords)(text) === undefined ? hostWords(text) : []; // what cannot be read is told of where it was said
}
/** Certificates, etcd and keepalived need addresses. */
export const withoutAddress = (said: Said): readonly HostWord[] => named(said).filter(({ address }) => isName(address));
export const hasIPv6 = (said: Said): boolean => named(said).some(({ address }) => isIP(address) === 6);

const machines = (text: string): string | undefined => {
  const unread = readBy(hostWords)(text);
  if (unread !== undefined) return unread;
  for (const { name, address } of hostWords(text)) {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return `${JSON.stringify(name)} is no name of a host: lower-case letters, digits and dashes`;
    if (!isIP(address) && !isName(address)) return `${JSON.stringify(address)} is no IP address and no name of a host`;
  }
  return undefined;
};
const hosts = (text: string): string | undefined => machines(text) ?? some(hostWords(text), text);

/** `8080:30080` or `8080:30080/UDP`: host port, port of the node. */
export function portMapping(word: string): { readonly hostPort: number; readonly containerPort: number; readonly protocol: string } {
  const [, host = '', container = '', protocol = 'TCP'] = /^(\d+):(\d+)(?:\/(TCP|UDP|SCTP))?$/i.exec(word.trim()) ?? [];
  if (!host) throw new Error(`${JSON.stringify(word)} is no mapping: give HOSTPORT:NODEPORT, as 8080:30080 or 5353:30053/UDP`);
  return { hostPort: Number(host), containerPort: Number(container), protocol: protocol.toUpperCase() };
}

const CNI_SAYS: Readonly<Record<(typeof CNIS)[number], string>> = {
  flannel: 'simple; network policies are not enforced',
  calico: 'enforces network policies',
  cilium: 'enforces network policies, with eBPF',
};

const network = (text: string): string | undefined => (parseNetwork(text) ? undefined : 'it is a network such as 10.244.0.0/16');

function nodeIps(text: string, said: Said): string | undefined {
  const unread = readBy(hostWords)(text);
  if (unread !== undefined) return unread;
  const words = hostWords(text);
  const known = named(said);
  for (const { name, address } of words) {
    if (!isIP(address)) return `${JSON.stringify(address)} is no IP address`;
    if (known.length && !known.some((each) => each.name === name)) return `there is no machine ${name}: there are ${known.map((each) => each.name).join(', ')}`;
  }
  const missing = withoutAddress(said).find(({ name }) => words.every((word) => word.name !== name));
  return missing && `${missing.name} is given by its name ${missing.address}, and needs one: ${missing.name}=192.168.2.11`;
}

function userName(text: string): string | undefined {
  if (text === '' || /^[A-Za-z_][\w.-]{0,31}$/.test(text)) return undefined;
  if (text.includes('@')) return `it is the user alone, ${JSON.stringify(text.replace(/@.*/, ''))}: where the machines are was said already`;
  return 'it is no name of a Linux user: up to 32 letters, digits, dashes, dots and underscores, a letter first';
}

export const INIT_FIELDS: readonly InitField[] = [
  {
    option: 'provider',
    says: `what makes the cluster: ${PROVIDERS.join(', ')}`,
    value: 'provider',
    question: 'What shall make the cluster?',
    choices: () => PROVIDERS.map((value) => ({ value, name: `${value}: ${PROVIDER_SAYS[value]}` })),
    preset: () => 'kubeadm',
    check: oneOfThem(PROVIDERS),
  },
  {
    option: 'kubernetes-version',
    says: `the Kubernetes version: ${MINORS.join(', ')}, or one with its patch`,
    value: 'version',
    question: 'Which Kubernetes version?',
    preset: () => NEWEST_BUT_TRIED,
    check: (text) => (resolveVersion(text) ? undefined : `it ${whyNotSupported(text)}`),
  },
  {
    option: 'topology',
    says: `which machines there are: ${Object.keys(TOPOLOGIES).join(', ')}`,
    value: 'topology',
    providers: KUBEADM,
    question: 'Which topology?',
    choices: () => Object.entries(TOPOLOGIES).map(([value, says]) => ({ value, name: `${value}: ${says}` })),
    check: oneOfThem(Object.keys(TOPOLOGIES)),
  },
  {
    option: 'control-plane',
    says: 'the control planes: NAME=ADDRESS[:PORT], several with commas between',
    value: 'hosts',
    providers: KUBEADM,
    question: 'The control planes, as NAME=ADDRESS with commas between?',
    check: hosts,
  },
  {
    option: 'worker',
    says: 'the workers, in the same form',
    value: 'hosts',
    providers: KUBEADM,
    applies: (said) => topologyOf(said) !== 'all-in-one',
    question: 'The workers, in the same form; empty for none?',
    preset: () => '',
    check: machines,
  },
  {
    option: 'etcd',
    says: 'the machines of an external etcd, in the same form',
    value: 'hosts',
    providers: KUBEADM,
    applies: (said) => topologyOf(said).endsWith('external-etcd'),
    question: 'The machines of etcd, in the same form?',
    check: hosts,
  },
  {
    option: 'node-ip',
    says: 'the addresses of machines in the cluster, where they are other than those one logs in at: NAME=ADDRESS, with commas between',
    value: 'addresses',
    providers: KUBEADM,
    question: 'The addresses in the cluster of those that were given by name, as NAME=ADDRESS with commas between?',
    onlyIfUnfit: true,
    preset: (said) => (withoutAddress(said).length ? undefined : ''),
    check: nodeIps,
  },
  {
    option: 'endpoint',
    says: 'ADDRESS[:PORT] at which clients reach the API; highly available: a free address of the LAN',
    value: 'address',
    providers: KUBEADM,
    // One control plane is the endpoint itself, unless somebody says otherwise.
    applies: (said) => isHa(said) || said['endpoint'] !== undefined,
    question: 'The address at which clients reach the API: a free one of the LAN, which keepalived moves?',
    preset: (said) => (isHa(said) ? undefined : ''),
    check: (text) => (text === '' || hostAndPort(text).address ? undefined : 'it is an address, with or without a port: 192.168.2.100:8443'),
  },
  {
    option: 'user',
    says: 'the user to log in as',
    value: 'name',
    providers: KUBEADM,
    question: 'The user to log in as; empty for what ~/.ssh/config says?',
    preset: () => '',
    check: userName,
  },
  {
    option: 'identity',
    says: 'the private key to log in with',
    value: 'file',
    providers: KUBEADM,
    question: 'The private key to log in with; empty for what ~/.ssh/config and the agent offer?',
    preset: () => '',
    look: identityFlaw,
  },
  { option: 'local', says: 'the name of the host that is this machine itself', value: 'name', providers: KUBEADM, preset: () => '' },
  {
    option: 'packages',
    says: 'a folder of packages for hosts without a network; repositories of the distribution if not given',
    value: 'folder',
    providers: KUBEADM,
    question: 'A folder of packages for hosts without a network; empty for repositories?',
    preset: () => '',
    look: packagesFlaw,
    isRefusedLater: true,
  },
  {
    option: 'cni',
    says: `the network plugin: ${CNIS.join(', ')}; minikube: ${MINIKUBE_CNIS.join(', ')}`,
    value: 'name',
    providers: ['kubeadm', 'minikube'],
    question: 'Which network plugin?',
    choices: ({ provider }) =>
      provider === 'minikube' ? MINIKUBE_CNIS.map((value) => ({ value, name: value })) : CNIS.map((value) => ({ value, name: `${value}: ${CNI_SAYS[value]}` })),
    preset: ({ provider }) => (provider === 'minikube' ? 'auto' : 'flannel'),
    check: oneOfThem([...new Set([...CNIS, ...MINIKUBE_CNIS])]),
  },
  {
    option: 'runtime',
    says: `the container runtime: ${RUNTIMES.join(', ')}; minikube: ${MINIKUBE_RUNTIMES.join(', ')}`,
    value: 'name',
    providers: ['kubeadm', 'minikube'],
    preset: () => 'containerd',
    check: oneOfThem([...new Set([...RUNTIMES, ...MINIKUBE_RUNTIMES])]),
  },
  {
    option: 'pod-cidr',
    says: 'the network of the pods; none of your LAN',
    value: 'network',
    providers: KUBEADM,
    question: 'The network of the pods, which may not overlap your LAN?',
    onlyIfUnfit: true,
    preset: (said) => (hasIPv6(said) ? 'fd00:10:244::/56' : '10.244.0.0/16'),
    check: network,
  },
  {
    option: 'service-cidr',
    says: 'the network of Services; none of your LAN',
    value: 'network',
    providers: KUBEADM,
    question: 'The network of Services, which may not overlap your LAN either?',
    onlyIfUnfit: true,
    preset: (said) => (hasIPv6(said) ? 'fd00:10:96::/112' : '10.96.0.0/12'),
    check: network,
  },
  addOn('metrics-server', 'kubectl top works', 'A metrics server, for kubectl top?'),
  addOn('local-storage', 'a storage class that makes volumes of folders of the nodes', 'A storage class that makes volumes of folders of the nodes?'),
  {
    option: 'nodes',
    says: 'minikube: how many nodes',
    value: 'count',
    providers: MINIKUBE,
    question: 'How many nodes?',
    preset: () => '1',
    check: wholeNumberIn(1, 100),
  },
  { option: 'cpus', says: 'minikube: processors of each node', value: 'count', providers: MINIKUBE, preset: () => '2', check: wholeNumberIn(2, 1024) },
  {
    option: 'memory',
    says: 'minikube: memory of each node, such as 4g',
    value: 'size',
    providers: MINIKUBE,
    question: 'Memory of each node, such as 4g; empty for as minikube sees fit?',
    preset: () => '',
  },
  { option: 'disk', says: 'minikube: disk of each node', value: 'size', providers: MINIKUBE, preset: () => '20g' },
  {
    option: 'driver',
    says: 'minikube: what isolates the nodes; the first that is installed if not given',
    value: 'name',
    providers: MINIKUBE,
    preset: () => '',
    check: (text) => (text === '' ? undefined : oneOfThem(MINIKUBE_DRIVERS)(text)),
  },
  {
    option: 'profile',
    says: 'minikube: what it calls the cluster; its name if not given',
    value: 'name',
    providers: MINIKUBE,
    preset: ({ driver }) => (driver === 'none' ? 'minikube' : ''),
  },
  {
    option: 'addons',
    says: 'minikube: add-ons, with commas between',
    value: 'names',
    providers: MINIKUBE,
    question: 'Add-ons, with commas between; empty for none?',
    preset: () => '',
  },
  {
    option: 'control-planes',
    says: 'kind: how many control planes',
    value: 'count',
    providers: KIND,
    question: 'How many control planes?',
    preset: () => '1',
    check: wholeNumberIn(1, 9),
  },
  {
    option: 'workers',
    says: 'kind: how many workers',
    value: 'count',
    providers: KIND,
    question: 'How many workers?',
    preset: () => '2',
    check: wholeNumberIn(0, 100),
  },
  { option: 'image', says: 'kind: the node image; that of the version if not given', value: 'image', providers: KIND, preset: () => '' },
  {
    option: 'ports',
    says: 'kind: ports of this machine that lead to the first control plane: 8080:30080, with commas between',
    value: 'mappings',
    providers: KIND,
    preset: () => '',
    check: (text) => (text === '' ? undefined : readBy((all) => all.split(',').map(portMapping))(text)),
  },
];
