// What the arguments of each command are, for the shell to offer.
export type Offered = 'resources' | 'types' | 'pods' | 'nodes' | 'contexts' | 'clusters' | 'users' | 'shells' | { readonly of: readonly string[] };

const WORKLOADS = { of: ['deployment', 'daemonset', 'statefulset'] };
const SCALED = { of: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'] };

/** By the path of the command, without `kubectl`. */
export const ARGUMENTS: Readonly<Record<string, Offered>> = {
  annotate: 'resources',
  attach: 'pods',
  autoscale: SCALED,
  completion: 'shells',
  'config delete-cluster': 'clusters',
  'config delete-context': 'contexts',
  'config delete-user': 'users',
  'config get-contexts': 'contexts',
  'config rename-context': 'contexts',
  'config set-cluster': 'clusters',
  'config set-context': 'contexts',
  'config set-credentials': 'users',
  'config use-context': 'contexts',
  cordon: 'nodes',
  debug: 'pods',
  delete: 'resources',
  describe: 'resources',
  drain: 'nodes',
  edit: 'resources',
  exec: 'pods',
  explain: 'types',
  expose: { of: ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'] },
  get: 'resources',
  label: 'resources',
  logs: 'pods',
  patch: 'resources',
  'port-forward': 'pods',
  'rollout history': WORKLOADS,
  'rollout pause': { of: ['deployment'] },
  'rollout restart': WORKLOADS,
  'rollout resume': { of: ['deployment'] },
  'rollout status': WORKLOADS,
  'rollout undo': WORKLOADS,
  scale: SCALED,
  taint: { of: ['nodes'] },
  'top node': 'nodes',
  'top pod': { of: ['pods'] },
  uncordon: 'nodes',
  wait: 'resources',
};

/** Whose pods can be meant by what they belong to. */
export const POD_OWNERS = ['daemonsets/', 'deployments/', 'pods/', 'replicasets/', 'replicationcontrollers/', 'services/', 'statefulsets/'];
