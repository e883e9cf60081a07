// Nobody hands out rights they do not have, unless they may escalate or bind. Models kubernetes/pkg/registry/rbac/escalation_check.go and role/policybased
import type { ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../kube/api/rbac-v1.ts';
import { jsonEqual } from '../../kube/machinery/json.ts';
import { forbidden } from '../../kube/machinery/status-error.ts';
import { MASTERS, type UserInfo } from './authentication/user.ts';
import { type Attributes, type Decision, type RbacAuthorizer } from './authorization/rbac.ts';
import type { AdmissionPlugin, AdmissionRequest } from './context.ts';

/** One right at a time: verb × group × resource × name, or verb × path. */
function breakdown(rule: PolicyRule): PolicyRule[] {
  return (rule.verbs ?? []).flatMap((verb): PolicyRule[] => {
    if (rule.nonResourceURLs?.length) return rule.nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] }));
    return (rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource): PolicyRule[] => {
        const one = { verbs: [verb], apiGroups: [group], resources: [resource] };
        return rule.resourceNames?.length ? rule.resourceNames.map((name) => ({ ...one, resourceNames: [name] })) : [one];
      }),
    );
  });
}

const hasAll = (owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
  Boolean(owner?.includes('*')) || (wanted ?? []).every((each) => owner?.includes(each));

function resourceCovered(owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  if (hasAll(owner, wanted)) return true;
  return (wanted ?? []).every((each) => owner?.includes(each) || (each.includes('/') && owner?.includes(`*/${each.split('/')[1] ?? ''}`)));
}

function pathCovered(owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  return (wanted ?? []).every((path) => owner?.some((each) => each === '*' || each === path || (each.endsWith('*') && path.startsWith(each.slice(0, -1)))));
}

function covers(owner: PolicyRule, wanted: PolicyRule): boolean {
  if (!hasAll(owner.verbs, wanted.verbs)) return false;
  if (wanted.nonResourceURLs?.length) return pathCovered(owner.nonResourceURLs, wanted.nonResourceURLs);
  const names =
    !owner.resourceNames?.length ||
    (Boolean(wanted.resourceNames?.length) && (wanted.resourceNames ?? []).every((each) => owner.resourceNames?.includes(each)));
  return hasAll(owner.apiGroups, wanted.apiGroups) && resourceCovered(owner.resources, wanted.resources) && names;
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, as upstream prints a rule. */
function shown(rule: PolicyRule): string {
  const list = (items: readonly string[] | undefined): string => `[${(items ?? []).map((each) => JSON.stringify(each)).join(' ')}]`;
  const parts: string[] = [];
  if (rule.nonResourceURLs?.length) parts.push(`NonResourceURLs:${list(rule.nonResourceURLs)}`);
  if (rule.apiGroups?.length) parts.push(`APIGroups:${list(rule.apiGroups)}`);
  if (rule.resources?.length) parts.push(`Resources:${list(rule.resources)}`);
  if (rule.resourceNames?.length) parts.push(`ResourceNames:${list(rule.resourceNames)}`);
  parts.push(`Verbs:${list(rule.verbs)}`);
  return `{${parts.join(', ')}}`;
}

/** Rights that share all but the verbs, as one rule again: shorter to read. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged: { rule: PolicyRule; verbs: string[] }[] = [];
  for (const rule of rules) {
    const found = merged.find((each) => jsonEqual({ ...each.rule, verbs: [] }, { ...rule, verbs: [] }));
    if (found) found.verbs.push(...(rule.verbs ?? []));
    else merged.push({ rule, verbs: [...(rule.verbs ?? [])] });
  }
  return merged.map(({ rule, verbs }) => ({ ...rule, verbs }));
}

export function roleEscalation(rbac: RbacAuthorizer, authorize: (attributes: Attributes) => Decision): AdmissionPlugin {
  const may = ({ call }: AdmissionRequest, verb: string, resource: string, name: string): boolean =>
    authorize({
      user: call.user,
      verb,
      namespace: call.namespace,
      group: 'rbac.authorization.k8s.io',
      resource,
      subresource: '',
      name,
      isResource: true,
      path: '',
    }).allowed;
  const missing = (user: UserInfo, namespace: string, rules: readonly PolicyRule[]): PolicyRule[] => {
    const owned = [...rbac.rulesOf(user, namespace)].map(({ rule }) => rule);
    return compact(rules.flatMap(breakdown).filter((wanted) => !owned.some((owner) => covers(owner, wanted))));
  };
  const refuse = (request: AdmissionRequest, rules: readonly PolicyRule[]): void => {
    const { call, object } = request;
    const lacking = missing(call.user, call.namespace, rules);
    if (!lacking.length) return;
    const groups = `[${call.user.groups.map((each) => JSON.stringify(each)).join(' ')}]`;
    throw forbidden(
      call.resource,
      object?.metadata.name ?? call.name,
      `user ${JSON.stringify(call.user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${lacking.map(shown).join('\n')}`,
    );
  };
  return {
    name: 'role-escalation',
    validate(request) {
      const { operation, call, object, old } = request;
      if (
        (operation !== 'CREATE' && operation !== 'UPDATE') ||
        call.resource.group !== 'rbac.authorization.k8s.io' ||
        !object ||
        call.user.groups.includes(MASTERS)
      )
        return;
      const name = object.metadata.name ?? '';
      if (call.resource.resource.endsWith('bindings')) {
        const binding = object as unknown as RoleBinding | ClusterRoleBinding;
        if (old && jsonEqual((old as unknown as RoleBinding).subjects ?? [], binding.subjects ?? [])) return;
        const resource = binding.roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
        if (may(request, 'bind', resource, binding.roleRef.name)) return;
        refuse(request, rbac.rulesOfRole(binding.roleRef, call.namespace));
        return;
      }
      const { rules } = object as unknown as Role;
      if (old && jsonEqual((old as unknown as Role).rules ?? [], rules ?? [])) return;
      if (may(request, 'escalate', call.resource.resource, name)) return;
      refuse(request, rules ?? []);
    },
  };
}
