// What a cluster.yaml may say. The words of errors are for whoever writes one.
import * as z from 'zod/mini';
import { canonicalAddress, canonicalNetwork } from './addresses.ts';

export const PROVIDERS = ['kubeadm', 'minikube', 'kind'] as const;
export const TOPOLOGIES = {
  'all-in-one': 'one host that is control plane and worker',
  single: 'one control plane with its own etcd, and workers',
  'single-external-etcd': 'one control plane, etcd on a host of its own, and workers',
  'ha-stacked': 'several control planes behind one address, each with an etcd member, and workers',
  'ha-external-etcd': 'several control planes behind one address, etcd on hosts of its own, and workers',
} as const;
export type Topology = keyof typeof TOPOLOGIES;
export const ROLES = ['control-plane', 'worker', 'etcd'] as const;
export type Role = (typeof ROLES)[number];
export const CNIS = ['flannel', 'calico', 'cilium'] as const;
export const RUNTIMES = ['containerd', 'cri-o'] as const;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const text = z.string().check(z.minLength(1, 'must not be empty'));
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodMiniEnum<{ [K in T[number]]: K }> =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }) as unknown as z.ZodMiniEnum<{ [K in T[number]]: K }>;
export const dnsLabel = z
  .string()
  .check(z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is up to 63 lower-case letters, digits and dashes, with no dash at either end'));
const dnsName = z
  .string()
  .check(
    z.regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 'is lower-case letters, digits, dashes and dots'),
    z.maxLength(253, 'has at most 253 characters'),
  );
/** A name or an IP address, as it may stand in a URL or a command. */
const hostAddress = text.check(z.regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*(%[A-Za-z0-9.-]+)?$/, 'is a host name or an IP address'), z.overwrite(canonicalAddress));
const network = text.check(z.overwrite(canonicalNetwork));
const NO_LABEL_KEY = 'is no key of a label, such as example.com/zone';
const labelKey = z.string().check(z.regex(/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/, NO_LABEL_KEY));
const labelValue = z
  .string()
  .check(
    z.regex(
      /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/,
      'is no value of a label: up to 63 letters, digits, dashes, underscores and dots, none but letters and digits at its ends',
    ),
  );
export const port = z.int().check(z.minimum(1, 'must be a port, 1 to 65535'), z.maximum(65_535, 'must be a port, 1 to 65535'));
const positive = z.number().check(z.positive('must be more than 0'));
export const anything = z.record(z.string(), z.unknown());

export const clusterName = dnsLabel.check(z.maxLength(40, 'has at most 40 characters'));
/** `1.35` or `1.35.4`, with or without a leading v. */
export const kubernetesVersion = z._default(
  z.string().check(z.regex(/^v?1\.\d+(\.\d+)?$/, 'is a version such as "1.35" or "1.35.4"; in quotes, or 1.40 becomes 1.4')),
  '1.35',
);

const host = z.strictObject({
  name: dnsLabel,
  /** `local` is the machine that ckadet runs on. */
  kind: z._default(oneOf(['ssh', 'local']), 'ssh'),
  /** IP address or name to log in at; of kind `local`, the address other hosts reach it at. */
  address: hostAddress,
  port: z.optional(port),
  user: z.optional(text),
  /** Path of a private key; `~/` is the home folder. Left out: what ~/.ssh/config and the agent offer. */
  identity: z.optional(text),
  /** Hosts to go through, in order: `[user@]host[:port]`. */
  jump: z.optional(z.array(text)),
  roles: z.array(oneOf(ROLES)).check(z.minLength(1, 'needs at least one role')),
  labels: z._default(z.record(labelKey, labelValue, { error: (issue) => (issue.code === 'invalid_key' ? NO_LABEL_KEY : undefined) }), {}),
  taints: z._default(z.array(z.strictObject({ key: labelKey, value: z.optional(labelValue), effect: oneOf(EFFECTS) })), []),
  nodeName: z.optional(dnsName),
  nodeIP: z.optional(text.check(z.overwrite(canonicalAddress))),
});

const haproxy = z.strictObject({
  /** How often each API server is asked, and after how many answers it is out or back. */
  checkIntervalMs: z._default(positive, 500),
  fall: z._default(z.int().check(z.minimum(1)), 2),
  rise: z._default(z.int().check(z.minimum(1)), 1),
  /** Where HAProxy says that it is alive, on 127.0.0.1. */
  healthPort: z._default(port, 8404),
});
const keepalived = z.strictObject({
  /** Seconds between two adverts; the VIP moves after about three of them. VRRP version 3 takes hundredths. */
  advertIntervalSeconds: z._default(positive, 0.3),
  /** Whole seconds: keepalived 2.2 takes no others. */
  checkIntervalSeconds: z._default(z.int().check(z.minimum(1)), 1),
  fall: z._default(z.int().check(z.minimum(1)), 1),
  rise: z._default(z.int().check(z.minimum(1)), 3),
  /** By how much a host without HAProxy falls: more than the distance between the highest and the lowest priority. */
  weight: z._default(z.int().check(z.maximum(-1, 'must be negative: it is taken off the priority')), -60),
});
const endpoint = z.strictObject({
  /** The virtual address that keepalived moves (HA), or the name or address of the only control plane. */
  address: hostAddress,
  port: z.optional(port),
  /** The network interface that carries the virtual address. Left out: the one that has the node's own address. */
  interface: z.optional(text.check(z.regex(/^[\w.@:-]{1,15}$/, 'is the name of a network interface, such as eth0'))),
  /** Unique among all VRRP groups of the LAN. */
  routerId: z._default(z.int().check(z.minimum(1, 'must be 1 to 255'), z.maximum(255, 'must be 1 to 255')), 51),
  haproxy: z.prefault(haproxy, {}),
  keepalived: z.prefault(keepalived, {}),
});

/** Plans, journals and files that everybody reads tell it: no place for a password. */
const withoutUser = z.refine<string>(
  (url) => !/^(\w+:\/\/)?[^/]*@/.test(url),
  'names a user or a password, which everybody on the hosts could read: leave them out, and let the proxy or mirror know the hosts by their addresses',
);
/** One that `withoutUser` speaks of is no second problem. */
const httpUrl = (example: string): z.ZodMiniString =>
  text.check(withoutUser, z.regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~:/%+=@,-]*)?$|^(\w+:\/\/)?[^/]*@/, `must be a URL such as ${example}`));

const NO_REGISTRY = 'is no registry, such as registry.k8s.io or docker.io';
const registry = z.string().check(z.regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:\d{1,5})?$/, NO_REGISTRY));

const repositories = z.strictObject({
  source: z.literal('repositories'),
  /** Of all that no distribution has, in place of where its makers offer it: `https://mirror.example/kubernetes`; see the README for its layout. */
  mirror: z.optional(httpUrl('https://mirror.example/kubernetes')),
  /** Registry → where its images are pulled from, and from nowhere else: `{registry.k8s.io: https://registry.example/k8s}`. */
  imageMirrors: z._default(
    z.record(registry, httpUrl('https://registry.example/k8s'), { error: (issue) => (issue.code === 'invalid_key' ? NO_REGISTRY : undefined) }),
    {},
  ),
  /** `http://proxy.example:3128`, for the package manager, the container runtime, and what is fetched besides. */
  proxy: z.optional(httpUrl('http://proxy.example:3128')),
  /** What is reached without the proxy: names, addresses and networks, divided by commas. */
  noProxy: z.optional(text.check(z.regex(/^[\w.:*/,-]+$/, 'is names, addresses and networks, divided by commas and nothing else'))),
  /** Path of a PEM file with certificates that the hosts shall trust. */
  ca: z.optional(text),
});
const folder = z.strictObject({
  source: z.literal('folder'),
  /** Binaries, images, packages and manifests for hosts without a network; see the README for its layout. */
  path: text,
});

/** Over what is written for the programs, in the words of each. */
export const patches = z.prefault(
  z.strictObject({
    kubeadm: z.prefault(
      z.strictObject({
        ClusterConfiguration: z._default(anything, {}),
        InitConfiguration: z._default(anything, {}),
        JoinConfiguration: z._default(anything, {}),
      }),
      {},
    ),
    kubelet: z._default(anything, {}),
    kubeProxy: z._default(anything, {}),
    /** Lines of TOML for containerd's config.toml. */
    containerd: z._default(z.string(), ''),
  }),
  {},
);

export const clusterSchema = z.strictObject({
  name: clusterName,
  kubernetesVersion,
  provider: z._default(oneOf(PROVIDERS), 'kubeadm'),
  topology: oneOf(Object.keys(TOPOLOGIES) as [Topology, ...Topology[]]),
  hosts: z.array(host).check(z.minLength(1, 'needs at least one host')),
  endpoint: z.optional(endpoint),
  networking: z.prefault(
    z.strictObject({
      podCIDR: z._default(network, '10.244.0.0/16'),
      serviceCIDR: z._default(network, '10.96.0.0/12'),
      dnsDomain: z._default(dnsName, 'cluster.local'),
    }),
    {},
  ),
  cni: z._default(oneOf(CNIS), 'flannel'),
  runtime: z._default(oneOf(RUNTIMES), 'containerd'),
  /** Of RHEL and its kin: permissive, as kubeadm's instructions have it, or left as it is for who has rules of their own. */
  selinux: z._default(oneOf(['permissive', 'as-is']), 'permissive'),
  addons: z.prefault(
    z.strictObject({
      metricsServer: z._default(z.boolean(), false),
      /** A storage class that makes volumes of folders of the nodes. */
      localStorage: z._default(z.boolean(), false),
    }),
    {},
  ),
  packages: z.prefault(z.discriminatedUnion('source', [repositories, folder]), { source: 'repositories' }),
  preflight: z.prefault(
    z.strictObject({
      /** Red checks that are known and wanted: each becomes yellow, with its reason. */
      accept: z._default(z.array(z.strictObject({ check: text, reason: text })), []),
    }),
    {},
  ),
  /** Fields that are merged over what ckadet writes, in the words of each program's own configuration. */
  patches,
});

/** As it is written, with what was left out filled in. */
export type ClusterFile = Readonly<z.infer<typeof clusterSchema>>;
export type HostEntry = ClusterFile['hosts'][number];
export type Endpoint = NonNullable<ClusterFile['endpoint']>;
