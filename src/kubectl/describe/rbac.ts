// kubectl describe of roles and bindings. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/rbac
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../kube/api/rbac-v1.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../../kube/api/resources.ts';
import type { ResourceRef } from '../../kube/machinery/object.ts';
import { by } from './containers.ts';
import { describerOf } from './describer.ts';
import { writeLabelsAndAnnotations } from './metadata.ts';

/** A rule for one resource of one group, or for one path, with all verbs that are allowed on it. */
interface PlainRule {
  readonly group: string | undefined;
  readonly resource: string | undefined;
  readonly resourceName: string | undefined;
  readonly path: string | undefined;
  readonly verbs: readonly string[];
}

/** One resource, one name and one verb each; verbs of paths stay apart. */
function* pieces({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs }: PolicyRule): Generator<PlainRule> {
  const names = resourceNames.length ? resourceNames : [undefined];
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) for (const resourceName of names) yield { group, resource, resourceName, path: undefined, verbs: [verb] };
  for (const path of nonResourceURLs) for (const verb of verbs) yield { group: undefined, resource: undefined, resourceName: undefined, path, verbs: [verb] };
}

function compacted(rules: readonly PolicyRule[]): readonly PlainRule[] {
  const paths: PlainRule[] = [];
  const merged = new Map<string, PlainRule>();
  for (const piece of rules.flatMap((rule) => [...pieces(rule)])) {
    if (piece.path !== undefined) {
      paths.push(piece);
      continue;
    }
    const key = JSON.stringify([piece.group, piece.resource, piece.resourceName]);
    const known = merged.get(key);
    merged.set(key, known ? { ...known, verbs: [...new Set([...known.verbs, ...piece.verbs])] } : piece);
  }
  return [...paths, ...merged.values()].sort(by(sortText));
}

const listText = (items: readonly (string | undefined)[]): string => `[${items.filter((item) => item !== undefined).join(' ')}]`;

/** As upstream's type prints itself: that is what it sorts by. */
const sortText = ({ verbs, group, resource, resourceName, path }: PlainRule): string =>
  `&PolicyRule{Verbs:${listText(verbs)},APIGroups:${listText([group])},Resources:${listText([resource])},ResourceNames:${listText([resourceName])},NonResourceURLs:${listText([path])},}`;

/** `deployments.apps/scale`. */
function resourceText({ resource, group }: PlainRule): string {
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const name = slash < 0 ? resource : resource.slice(0, slash);
  return `${name}${group ? `.${group}` : ''}${slash < 0 ? '' : resource.slice(slash)}`;
}

const ofRole = (resource: ResourceRef<Role> | ResourceRef<ClusterRole>) =>
  describerOf<Role | ClusterRole>(
    resource,
    (w, { metadata, rules }) => {
      w.field(0, 'Name', metadata.name ?? '');
      writeLabelsAndAnnotations(w, metadata);
      w.line(0, 'PolicyRule:');
      w.row(1, ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']);
      w.row(1, ['---------', '-----------------', '--------------', '-----']);
      for (const rule of compacted(rules ?? [])) w.row(1, [resourceText(rule), listText([rule.path]), listText([rule.resourceName]), listText(rule.verbs)]);
    },
    { withEvents: false },
  );
export const role = ofRole(roles);
export const clusterRole = ofRole(clusterRoles);

const ofBinding = (resource: ResourceRef<RoleBinding> | ResourceRef<ClusterRoleBinding>) =>
  describerOf<RoleBinding | ClusterRoleBinding>(
    resource,
    (w, { metadata, roleRef, subjects = [] }) => {
      w.field(0, 'Name', metadata.name ?? '');
      writeLabelsAndAnnotations(w, metadata);
      w.line(0, 'Role:');
      w.field(1, 'Kind', roleRef.kind);
      w.field(1, 'Name', roleRef.name);
      w.line(0, 'Subjects:');
      w.row(1, ['Kind', 'Name', 'Namespace']);
      w.row(1, ['----', '----', '---------']);
      for (const { kind, name, namespace = '' } of subjects) w.row(1, [kind, name, namespace]);
    },
    { withEvents: false },
  );
export const roleBinding = ofBinding(roleBindings);
export const clusterRoleBinding = ofBinding(clusterRoleBindings);
