// May this user do that: RBAC over live roles and bindings, after the rules for nodes. Models kubernetes/plugin/pkg/auth/authorizer/rbac/rbac.go
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '../../../kube/api/rbac-v1.ts';
import type { Store } from '../../storage/store.ts';
import type { UserInfo } from '../authentication/user.ts';
import type { Attributes, Authorizer, Decision } from './attributes.ts';

export type { Attributes, Decision } from './attributes.ts';

const ROLES = 'roles.rbac.authorization.k8s.io';
const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';
const ROLE_BINDINGS = 'rolebindings.rbac.authorization.k8s.io';
const CLUSTER_ROLE_BINDINGS = 'clusterrolebindings.rbac.authorization.k8s.io';

const has = (list: readonly string[] | undefined, value: string): boolean => list !== undefined && (list.includes('*') || list.includes(value));

export function ruleAllows(rule: PolicyRule, { isResource, verb, group, resource, subresource, name, path }: Attributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (!isResource) return (rule.nonResourceURLs ?? []).some((url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
  if (!has(rule.apiGroups, group)) return false;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const named = rule.resources ?? [];
  if (!named.includes('*') && !named.includes(full) && !(subresource && named.includes(`*/${subresource}`))) return false;
  return !rule.resourceNames?.length || rule.resourceNames.includes(name);
}

function subjectKeys({ kind, name, namespace = '' }: Subject, bindingNamespace: string): string {
  if (kind === 'ServiceAccount') return `User:system:serviceaccount:${namespace || bindingNamespace}:${name}`;
  return `${kind}:${name}`;
}

type Binding = RoleBinding | ClusterRoleBinding;

/** Bindings by subject, kept current by watching the store. */
class BindingIndex {
  readonly #bySubject = new Map<string, Map<string, Binding>>();

  constructor(store: Store, shelf: string) {
    for (const [key, object] of store.range(shelf)) this.#add(key, object as unknown as Binding);
    store.watch(shelf, store.revision, ({ type, key, object, previous }) => {
      if (previous) this.#remove(key, previous as unknown as Binding);
      if (type === 'put') this.#add(key, object as unknown as Binding);
    });
  }

  *of(user: UserInfo): Generator<Binding> {
    for (const key of [`User:${user.name}`, ...user.groups.map((group) => `Group:${group}`)]) {
      const found = this.#bySubject.get(key);
      if (found) yield* found.values();
    }
  }

  #add(key: string, binding: Binding): void {
    for (const subject of binding.subjects ?? []) {
      const subjectKey = subjectKeys(subject, binding.metadata.namespace ?? '');
      let found = this.#bySubject.get(subjectKey);
      if (!found) this.#bySubject.set(subjectKey, (found = new Map()));
      found.set(key, binding);
    }
  }

  #remove(key: string, binding: Binding): void {
    for (const subject of binding.subjects ?? []) this.#bySubject.get(subjectKeys(subject, binding.metadata.namespace ?? ''))?.delete(key);
  }
}

interface RoleName {
  readonly kind: string;
  readonly name: string;
}

export interface GrantedRule {
  readonly rule: PolicyRule;
  /** The sentence of the RBAC authorizer's reason. */
  readonly because: string;
}

export class RbacAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #clusterBindings: BindingIndex;
  readonly #bindings: BindingIndex;

  constructor(store: Store) {
    this.#store = store;
    this.#clusterBindings = new BindingIndex(store, CLUSTER_ROLE_BINDINGS);
    this.#bindings = new BindingIndex(store, ROLE_BINDINGS);
  }

  /** Every rule that holds for the user in the namespace; cluster-wide ones only when it is empty. */
  *rulesOf(user: UserInfo, namespace: string): Generator<GrantedRule> {
    const who = (binding: Binding): string => {
      const subject = binding.subjects?.find((each) => {
        const key = subjectKeys(each, binding.metadata.namespace ?? '');
        return key === `User:${user.name}` || (each.kind === 'Group' && user.groups.includes(each.name));
      });
      return subject?.kind === 'ServiceAccount'
        ? `ServiceAccount "${subject.name}/${subject.namespace || binding.metadata.namespace || ''}"`
        : `${subject?.kind ?? ''} "${subject?.name ?? ''}"`;
    };
    for (const binding of this.#clusterBindings.of(user)) {
      for (const rule of this.#rules(binding.roleRef, ''))
        yield { rule, because: `RBAC: allowed by ClusterRoleBinding "${binding.metadata.name}" of ClusterRole "${binding.roleRef.name}" to ${who(binding)}` };
    }
    if (!namespace) return;
    for (const binding of this.#bindings.of(user)) {
      if (binding.metadata.namespace !== namespace) continue;
      for (const rule of this.#rules(binding.roleRef, namespace))
        yield {
          rule,
          because: `RBAC: allowed by RoleBinding "${binding.metadata.name}/${namespace}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${who(binding)}`,
        };
    }
  }

  authorize(attributes: Attributes): Decision {
    for (const { rule, because } of this.rulesOf(attributes.user, attributes.namespace))
      if (ruleAllows(rule, attributes)) return { allowed: true, reason: because };
    return { allowed: false, reason: '' };
  }

  /** The rules of a role; undefined when it does not exist. */
  rulesOfRole({ kind, name }: RoleName, namespace: string): readonly PolicyRule[] | undefined {
    const found = kind === 'ClusterRole' ? this.#store.get(CLUSTER_ROLES, name) : this.#store.get(ROLES, `${namespace}/${name}`);
    return found && ((found as unknown as ClusterRole | Role).rules ?? []);
  }

  #rules(ref: RoleName, namespace: string): readonly PolicyRule[] {
    return this.rulesOfRole(ref, namespace) ?? [];
  }
}
