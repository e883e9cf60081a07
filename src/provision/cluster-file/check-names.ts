// The names of the checks before a run, as `preflight.accept` uses them.

/** Those that a person may know better about. */
export const ACCEPTABLE = [
  'sudo',
  'os',
  'architecture',
  'cpus',
  'memory',
  'disk',
  'cgroup',
  'swap',
  'modules',
  'sysctls',
  'ports',
  'firewall',
  'selinux',
  'clock',
  'hostname',
  'unique-hostname',
  'unique-mac',
  'unique-product-uuid',
  'unique-machine-id',
  'node-ip',
  'networks',
  'endpoint',
  'routes',
  'virtual-address',
  'vrrp',
  'reachability',
  'packages',
  'images',
  'runtime',
] as const;
/** Without a way in there is nothing to accept; and parts of another cluster would be taken for a half-made one of ours, and cleared away. */
const NEVER = ['login', 'leftovers'] as const;
export type CheckName = (typeof ACCEPTABLE)[number] | (typeof NEVER)[number];

export const isAcceptable = (check: string): boolean => ACCEPTABLE.some((name) => name === check);
