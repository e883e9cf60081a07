// What a kubelet may do by being a node. Models kubernetes/plugin/pkg/auth/authorizer/node and bootstrappolicy.NodeRules
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { Store } from '../../storage/store.ts';
import type { Attributes, Decision } from './attributes.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];
/** group/resource[/subresource] → verbs that need nothing further. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  '/services': READ,
  '/nodes': [...READ, 'create', 'update', 'patch', 'delete'],
  '/nodes/status': ['update', 'patch'],
  '/pods': [...READ, 'create', 'delete'],
  '/pods/status': ['update', 'patch'],
  '/pods/eviction': ['create'],
  '/events': ['create', 'update', 'patch'],
  '/persistentvolumeclaims': ['get'],
  '/persistentvolumes': ['get'],
  '/endpoints': ['get'],
  '/serviceaccounts': ['get'],
  '/serviceaccounts/token': ['create'],
  'authentication.k8s.io/tokenreviews': ['create'],
  'authorization.k8s.io/subjectaccessreviews': ['create'],
  'authorization.k8s.io/localsubjectaccessreviews': ['create'],
  'certificates.k8s.io/certificatesigningrequests': [...READ, 'create'],
  'coordination.k8s.io/leases': ['get', ...WRITE],
  'storage.k8s.io/volumeattachments': ['get'],
  'storage.k8s.io/csidrivers': READ,
  'storage.k8s.io/csinodes': ['get', ...WRITE],
  'node.k8s.io/runtimeclasses': READ,
  'events.k8s.io/events': ['create', 'update', 'patch'],
};

export class NodeAuthorizer {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Undefined for anyone who is no node. */
  authorize({ user, verb, group, resource, subresource, name, namespace }: Attributes): Decision | undefined {
    if (!user.name.startsWith('system:node:') || !user.groups.includes('system:nodes')) return undefined;
    const node = user.name.slice('system:node:'.length);
    if (group === '' && subresource === '' && (resource === 'secrets' || resource === 'configmaps')) {
      if (name === '' && verb !== 'get') return { allowed: false, reason: `No Object name found` };
      return this.#references(node, namespace, resource, name)
        ? { allowed: true, reason: '' }
        : { allowed: false, reason: `no relationship found between node '${node}' and this object` };
    }
    const allowed = ALWAYS[`${group}/${resource}${subresource ? `/${subresource}` : ''}`]?.includes(verb);
    if (resource === 'leases' && namespace !== 'kube-node-lease')
      return { allowed: false, reason: `can only access leases in the "kube-node-lease" system namespace` };
    return allowed ? { allowed: true, reason: '' } : undefined;
  }

  /** A pod on the node mounts or reads the object. */
  #references(node: string, namespace: string, resource: string, name: string): boolean {
    for (const [, object] of this.#store.range('pods', `${namespace}/`)) {
      const { spec } = object as unknown as Pod;
      if (spec.nodeName !== node) continue;
      if (mentions(spec, resource === 'secrets' ? SECRET_KEYS : CONFIG_MAP_KEYS, name)) return true;
    }
    return false;
  }
}

const SECRET_KEYS: ReadonlySet<string> = new Set(['secret', 'secretRef', 'secretKeyRef', 'imagePullSecrets']);
const CONFIG_MAP_KEYS: ReadonlySet<string> = new Set(['configMap', 'configMapRef', 'configMapKeyRef']);

/** True where a value below one of the keys names the object. */
function mentions(value: unknown, keys: ReadonlySet<string>, name: string, inside = false): boolean {
  if (Array.isArray(value)) return value.some((each) => mentions(each, keys, name, inside));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, child]) => (inside && (key === 'name' || key === 'secretName') && child === name) || mentions(child, keys, name, inside || keys.has(key)),
  );
}
