// Nobody hands out rights they do not have, unless they may escalate or bind. Models kubernetes/pkg/registry/rbac/escalation_check.go and role/policybased
import type { ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../../kube/api/rbac-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { forbidden, notFound, StatusError } from '../../../kube/machinery/status-error.ts';
import { MASTERS, type UserInfo } from '../authentication/user.ts';
import { type Attributes, type Decision, type RbacAuthorizer } from './rbac.ts';
import type { Call, ServerContext } from '../context.ts';

const GROUP = 'rbac.authorization.k8s.io';
const ROLES: Readonly<Record<string, string>> = { Role: 'roles', ClusterRole: 'clusterroles' };

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

/** Refuses with 403 a role or binding that gives more than its writer has. */
export function escalationGuard(rbac: RbacAuthorizer, authorize: (attributes: Attributes) => Decision): ServerContext['guard'] {
  const may = ({ user, namespace }: Call, verb: string, resource: string, name: string): boolean =>
    authorize({ user, verb, namespace, group: GROUP, resource, subresource: '', name, isResource: true, path: '' }).allowed;
  const missing = (user: UserInfo, namespace: string, rules: readonly PolicyRule[]): PolicyRule[] => {
    const owned = [...rbac.rulesOf(user, namespace)].map(({ rule }) => rule);
    return compact(rules.flatMap(breakdown).filter((wanted) => !owned.some((owner) => covers(owner, wanted))));
  };
  const demand = ({ user, namespace, resource, name }: Call, written: string, rules: readonly PolicyRule[]): void => {
    const lacking = missing(user, namespace, rules);
    if (!lacking.length) return;
    const groups = `[${user.groups.map((each) => JSON.stringify(each)).join(' ')}]`;
    throw forbidden(
      resource,
      written || name,
      `user ${JSON.stringify(user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${lacking.map(shown).join('\n')}`,
    );
  };
  return (call, object, old) => {
    if (call.resource.group !== GROUP || call.user.groups.includes(MASTERS)) return;
    const name = object.metadata.name ?? '';
    if (call.resource.resource.endsWith('bindings')) {
      const binding = object as unknown as RoleBinding | ClusterRoleBinding;
      if (old && jsonEqual((old as unknown as RoleBinding).subjects ?? [], binding.subjects ?? [])) return;
      const { roleRef } = binding;
      const resource = Object.hasOwn(ROLES, roleRef.kind) ? ROLES[roleRef.kind] : undefined;
      // Looked up before anything is validated: a kind that is none is nobody's reason.
      if (!resource) throw new StatusError({ code: 500, reason: '', message: `unsupported role reference kind: ${JSON.stringify(roleRef.kind)}` });
      if (may(call, 'bind', resource, roleRef.name)) return;
      const rules = rbac.rulesOfRole(roleRef, call.namespace);
      if (!rules) throw notFound({ group: GROUP, resource }, roleRef.name);
      demand(call, name, rules);
      return;
    }
    const { rules } = object as unknown as Role;
    if (old && jsonEqual((old as unknown as Role).rules ?? [], rules ?? [])) return;
    if (!may(call, 'escalate', call.resource.resource, name)) demand(call, name, rules ?? []);
  };
}
