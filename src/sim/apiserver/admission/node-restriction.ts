// A kubelet changes itself and its own pods only. Models kubernetes/plugin/pkg/admission/noderestriction
import type { Pod } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { notFound } from '../../../kube/machinery/status-error.ts';
import type { AdmissionContext, AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { targetOf } from './plugin.ts';
import { refused } from './refusal.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const LEASE_NAMESPACE = 'kube-node-lease';
const RESTRICTED = 'node-restriction.kubernetes.io';
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

const inside = (domain: string, outer: string): boolean => domain === outer || domain.endsWith(`.${outer}`);

function isForbiddenLabel(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  if (inside(domain, RESTRICTED)) return true;
  if (!inside(domain, 'kubernetes.io') && !inside(domain, 'k8s.io')) return false;
  return !KUBELET_LABELS.has(label) && !KUBELET_DOMAINS.some((each) => inside(domain, each));
}
function forbiddenChanges(next: KubeObject, old: KubeObject | undefined): string[] {
  const [after, before] = [next.metadata.labels ?? {}, old?.metadata.labels ?? {}];
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].filter((each) => after[each] !== before[each] && isForbiddenLabel(each)).sort();
}

const nodeOf = ({ call: { user } }: AdmissionRequest): string | undefined =>
  user.groups.includes('system:nodes') && user.name.startsWith('system:node:') ? user.name.slice('system:node:'.length) : undefined;

type Check = (node: string, request: AdmissionRequest) => string | undefined;

/** Each gives the reason to refuse. */
function checks({ store }: AdmissionContext): Readonly<Record<string, Check>> {
  const podOf = ({ call }: AdmissionRequest): Pod => {
    const pod = store.get('pods', `${call.namespace}/${call.name}`) as Pod | undefined;
    if (!pod) throw notFound({ group: '', resource: 'pods' }, call.name);
    return pod;
  };
  const mirrorProblem: Check = (node, { object }) => {
    const { metadata, spec } = object as unknown as Pod;
    const who = `node ${JSON.stringify(node)}`;
    if (metadata.annotations?.[MIRROR] === undefined) return `pod does not have "${MIRROR}" annotation, ${who} can only create mirror pods`;
    if (spec.nodeName !== node) return `${who} can only create pods with spec.nodeName set to itself`;
    const owners = metadata.ownerReferences ?? [];
    const [owner] = owners;
    if (owners.length > 1) return `${who} can only create pods with a single owner reference set to itself`;
    if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
      return `${who} can only create pods with an owner reference set to itself`;
    if (!owner.controller) return `${who} can only create pods with a controller owner reference set to itself`;
    if (owner.blockOwnerDeletion) return `${who} must not set blockOwnerDeletion on an owner reference`;
    const known = store.get('nodes', node);
    if (!known) throw notFound({ group: '', resource: 'nodes' }, node);
    if (owner.uid !== known.metadata.uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${known.metadata.uid ?? ''}`;
    const used = spec.volumes?.some(({ secret, configMap, persistentVolumeClaim }) => secret ?? configMap ?? persistentVolumeClaim);
    return used || spec.serviceAccountName ? `${who} can not create pods that reference ${spec.serviceAccountName ? 'serviceaccounts' : 'volumes'}` : undefined;
  };
  const named =
    (what: string): Check =>
    (node, { operation, call, object }) =>
      (operation === 'CREATE' ? (object?.metadata.name ?? '') : call.name) === node
        ? undefined
        : `can only access ${what} with the same name as the requesting node`;
  const ofNode: Check = (node, { operation, call, object, old }) => {
    const name = call.name || (object?.metadata.name ?? '');
    const who = `node ${JSON.stringify(node)}`;
    if (name !== node) return `${who} is not allowed to modify node ${JSON.stringify(name)}`;
    if (operation === 'DELETE' || !object) return undefined;
    const labels = forbiddenChanges(object as KubeObject, old);
    if (operation === 'CREATE') return labels.length ? `${who} is not allowed to set the following labels: ${labels.join(', ')}` : undefined;
    const taints = (each: unknown): unknown => (each as { spec?: { taints?: unknown } } | undefined)?.spec?.taints ?? [];
    if (!jsonEqual(taints(object), taints(old))) return `${who} is not allowed to modify taints`;
    if (!jsonEqual(object.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? [])) return `${who} is not allowed to modify ownerReferences`;
    return labels.length ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined;
  };
  return {
    pods(node, request) {
      const { operation } = request;
      if (operation === 'CREATE') return mirrorProblem(node, request);
      if (operation !== 'DELETE') return `unexpected operation "${operation}", node ${JSON.stringify(node)} can only create and delete mirror pods`;
      return podOf(request).spec.nodeName === node ? undefined : `node ${JSON.stringify(node)} can only delete pods with spec.nodeName set to itself`;
    },
    'pods/status': (node, { object, old }) => {
      if ((old as Pod | undefined)?.spec.nodeName !== node)
        return `node ${JSON.stringify(node)} can only update pod status for pods with spec.nodeName set to itself`;
      return jsonEqual(object?.metadata.labels ?? {}, old?.metadata.labels ?? {})
        ? undefined
        : `node ${JSON.stringify(node)} cannot update labels through pod status`;
    },
    'pods/eviction': (node, request) =>
      podOf(request).spec.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`,
    nodes: ofNode,
    'nodes/status': ofNode,
    persistentvolumeclaims: () => 'may only update PVC status',
    'leases.coordination.k8s.io': (node, request) =>
      request.call.namespace === LEASE_NAMESPACE ? named('node lease')(node, request) : `can only access leases in the "${LEASE_NAMESPACE}" system namespace`,
    'csinodes.storage.k8s.io': named('CSINode'),
    'serviceaccounts/token': (node, { object, call }) => {
      const bound = (object as unknown as { spec?: { boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } } } | undefined)?.spec
        ?.boundObjectRef;
      if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name) return 'node requested token not bound to a pod';
      if (!bound.uid) return 'node requested token with a pod binding without a uid';
      const pod = store.get('pods', `${call.namespace}/${bound.name}`) as Pod | undefined;
      if (!pod) throw notFound({ group: '', resource: 'pods' }, bound.name);
      if (bound.uid !== pod.metadata.uid)
        return `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      return pod.spec.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node';
    },
  };
}

export function nodeRestriction(context: AdmissionContext): AdmissionPlugin {
  const byTarget = checks(context);
  return {
    name: 'NodeRestriction',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    resources: Object.keys(byTarget),
    admit(request) {
      const node = nodeOf(request);
      if (node === undefined) return;
      const why = byTarget[targetOf(request.call)]?.(node, request);
      if (why !== undefined) throw refused(request, why);
    },
  };
}
