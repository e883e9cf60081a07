// What a kubelet may do by being a node: what belongs to it, and a few things that are everyone's.
// Models kubernetes/plugin/pkg/auth/authorizer/node/node_authorizer.go and bootstrappolicy.NodeRules
import type { Store } from '../../storage/store.ts';
import type { Attributes, Decision } from './attributes.ts';
import { NodeGraph, type Vertex } from './node-graph.ts';

const USER = 'system:node:';
const GROUP = 'system:nodes';
const LEASES = 'kube-node-lease';

const ALLOWED: Decision = { allowed: true, reason: '' };
const NO_OPINION = undefined;
const refused = (reason: string): Decision => ({ allowed: false, reason });

const READ = ['get', 'list', 'watch'];
const OWN_OBJECT = ['get', 'create', 'update', 'patch', 'delete'];
/** group/resource[/subresource] → verbs that need nothing further. */
const UNIFORM: Readonly<Record<string, readonly string[]>> = {
  '/services': READ,
  '/events': ['create', 'update', 'patch'],
  'events.k8s.io/events': ['create', 'update', 'patch'],
  '/endpoints': ['get'],
  'authentication.k8s.io/tokenreviews': ['create'],
  'authorization.k8s.io/subjectaccessreviews': ['create'],
  'authorization.k8s.io/localsubjectaccessreviews': ['create'],
  'certificates.k8s.io/certificatesigningrequests': [...READ, 'create'],
  'storage.k8s.io/csidrivers': READ,
  'node.k8s.io/runtimeclasses': READ,
};

/** What is asked, by whom. */
interface Asked extends Attributes {
  readonly node: string;
}
type Rule = (asked: Asked, graph: NodeGraph) => Decision | undefined;

const related = (kind: Vertex, { node, namespace, name }: Asked, graph: NodeGraph): Decision => {
  if (!name) return refused('No Object name found');
  return graph.leads(kind, namespace, name, node) ? ALLOWED : refused(`no relationship found between node '${node}' and this object`);
};

const gets =
  (kind: Vertex): Rule =>
  (asked, graph) => {
    if (asked.verb !== 'get') return refused('can only get individual resources of this type');
    return asked.subresource ? refused('cannot get subresource') : related(kind, asked, graph);
  };

const reads =
  (kind: Vertex): Rule =>
  (asked, graph) => {
    if (!READ.includes(asked.verb)) return refused('can only read resources of this type');
    if (asked.subresource) return refused('cannot read subresource');
    return asked.namespace ? related(kind, asked, graph) : refused('can only read namespaced object of this type');
  };

const claims: Rule = (asked, graph) => {
  if (asked.subresource !== 'status') return gets('persistentvolumeclaim')(asked, graph);
  if (asked.verb !== 'update' && asked.verb !== 'patch') return refused('can only get/update/patch this type');
  return related('persistentvolumeclaim', asked, graph);
};

const serviceAccounts: Rule = (asked, graph) => {
  const { verb, name, subresource } = asked;
  if (verb === 'get' && !subresource) return reads('serviceaccount')(asked, graph);
  if (verb !== 'create' || !name) return refused('can only create tokens for individual service accounts');
  if (subresource !== 'token') return refused('can only create token subresource of serviceaccount');
  return related('serviceaccount', asked, graph);
};

const leases: Rule = ({ verb, namespace, name, node }) => {
  if (!OWN_OBJECT.includes(verb)) return refused('can only get, create, update, patch, or delete a node lease');
  if (namespace !== LEASES) return refused(`can only access leases in the ${JSON.stringify(LEASES)} system namespace`);
  // Who creates says only in the body what: admission looks there.
  return verb === 'create' || name === node ? ALLOWED : refused('can only access node lease with the same name as the requesting node');
};

const csiNodes: Rule = ({ verb, subresource, name, node }) => {
  if (!OWN_OBJECT.includes(verb)) return refused('can only get, create, update, patch, or delete a CSINode');
  if (subresource) return refused('cannot authorize CSINode subresources');
  return verb === 'create' || name === node ? ALLOWED : refused('can only access CSINode with the same name as the requesting node');
};

const selects = ({ selectedFields = [], node }: Asked): boolean =>
  selectedFields.some(({ field, equals, value }) => field === 'spec.nodeName' && equals && value === node);

const slices: Rule = (asked, graph) => {
  if (asked.subresource) return refused('cannot authorize ResourceSlice subresources');
  switch (asked.verb) {
    case 'create':
      return ALLOWED;
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return related('resourceslice', asked, graph);
    case 'watch':
    case 'list':
    case 'deletecollection':
      return selects(asked) ? ALLOWED : refused('can only list/watch/deletecollection resourceslices with nodeName field selector');
    default:
      return refused('only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection');
  }
};

const nodes: Rule = ({ verb, subresource, name, node }) => {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
  if (subresource) return NO_OPINION;
  if (verb === 'create' || verb === 'update' || verb === 'patch') return ALLOWED;
  if (!READ.includes(verb)) return NO_OPINION;
  if (name === node) return ALLOWED;
  return refused(name ? `node '${node}' cannot read '${name}', only its own Node object` : `node '${node}' cannot read all nodes, only its own Node object`);
};

const pods: Rule = (asked, graph) => {
  const { verb, subresource, name } = asked;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
  if (subresource === 'eviction') return verb === 'create' ? ALLOWED : NO_OPINION;
  if (subresource) return NO_OPINION;
  if (verb === 'create' || verb === 'delete') return ALLOWED;
  if (verb === 'get') return gets('pod')(asked, graph);
  if (verb !== 'list' && verb !== 'watch') return NO_OPINION;
  if (selects(asked)) return ALLOWED;
  return name ? related('pod', asked, graph) : refused('can only list/watch pods with spec.nodeName field selector');
};

const RULES: Readonly<Record<string, Rule>> = {
  '/secrets': reads('secret'),
  '/configmaps': reads('configmap'),
  '/persistentvolumeclaims': claims,
  '/persistentvolumes': gets('persistentvolume'),
  'resource.k8s.io/resourceclaims': gets('resourceclaim'),
  'storage.k8s.io/volumeattachments': gets('volumeattachment'),
  '/serviceaccounts': serviceAccounts,
  'coordination.k8s.io/leases': leases,
  'storage.k8s.io/csinodes': csiNodes,
  'resource.k8s.io/resourceslices': slices,
  '/nodes': nodes,
  '/pods': pods,
};

export class NodeAuthorizer {
  readonly #graph: NodeGraph;

  constructor(store: Store) {
    this.#graph = new NodeGraph(store);
  }

  /** Undefined for anyone who is no node, and for what nodes have no say in. */
  authorize(attributes: Attributes): Decision | undefined {
    const { user, verb, group, resource, subresource, isResource } = attributes;
    if (!user.name.startsWith(USER) || !user.groups.includes(GROUP)) return NO_OPINION;
    const node = user.name.slice(USER.length);
    if (!node) return refused(`unknown node for user ${JSON.stringify(user.name)}`);
    if (!isResource) return NO_OPINION;
    const key = `${group}/${resource}`;
    const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
    if (rule) return rule({ ...attributes, node }, this.#graph);
    const full = subresource ? `${key}/${subresource}` : key;
    return Object.hasOwn(UNIFORM, full) && UNIFORM[full]?.includes(verb) ? ALLOWED : NO_OPINION;
  }
}
