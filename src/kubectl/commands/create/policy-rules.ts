// The rules of roles: verbs on resources, checked as far as kubectl checks them. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_role.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { CommandError, NoResourceMatch } from '../../failures.ts';
import { array, strings } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';

const STANDARD_VERBS = [
  '*',
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
];
const ROLES = ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'];
/** What verbs of their own are for. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: ROLES,
  escalate: ROLES,
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
};

export const RULE_FLAGS = {
  verb: strings('Verb that is allowed.'),
  resource: strings('Resource that it is allowed on, as RESOURCE.GROUP/SUBRESOURCE.'),
  'resource-name': array('Name of an object that it is allowed on; can be given several times.'),
} as const;

interface RuleResource {
  readonly resource: string;
  readonly group: string;
  readonly subresource: string;
}
/** With the name and group that the server has for it; `error` where it has none. */
interface KnownResource extends RuleResource {
  readonly error: Error | undefined;
}
export interface RuleParts {
  readonly verbs: readonly string[];
  readonly resources: readonly RuleResource[];
  readonly resourceNames: readonly string[];
}

export function rulePartsOf(flags: {
  readonly verb: readonly string[];
  readonly resource: readonly string[];
  readonly 'resource-name': readonly string[];
}): RuleParts {
  return {
    verbs: flags.verb.includes('*') ? ['*'] : [...new Set(flags.verb)],
    resources: resourcesIn(flags.resource),
    resourceNames: [...new Set(flags['resource-name'])],
  };
}

function resourcesIn(words: readonly string[]): readonly RuleResource[] {
  const found: RuleResource[] = [];
  for (const word of words) {
    const slash = word.indexOf('/');
    const [name, subresource] = slash < 0 ? [word, ''] : [word.slice(0, slash), word.slice(slash + 1)];
    const dot = name.indexOf('.');
    const each = { resource: dot < 0 ? name : name.slice(0, dot), group: dot < 0 ? '' : name.slice(dot + 1), subresource };
    // Everything leaves nothing to be added.
    if (each.resource === '*' && dot < 0 && slash < 0) return [each];
    found.push(each);
  }
  return found;
}

export function warnOfVerbs(verbs: readonly string[], kubectl: Kubectl): void {
  for (const verb of verbs) if (!STANDARD_VERBS.includes(verb)) kubectl.complain(`Warning: '${verb}' is not a standard resource verb\n`);
}

/** Rejects with kubectl's sentences for a resource that the server has not, or a verb that is not for it. */
export async function checkResources({ verbs, resources }: RuleParts, kubectl: Kubectl): Promise<void> {
  for (const each of resources) {
    if (each.resource === '') throw new CommandError('resource must be specified if apiGroup/subresource specified');
    if (each.resource === '*') return;
    const { resource, group, error } = await known(each, kubectl);
    let isKnown = error === undefined;
    for (const verb of verbs) {
      const allowed = Object.hasOwn(SPECIAL_VERBS, verb) ? SPECIAL_VERBS[verb] : undefined;
      if (!allowed) continue;
      if (!allowed.includes(`${resource}.${group}`)) throw new CommandError(`can not perform '${verb}' on '${resource}' in group '${group}'`);
      isKnown = true;
    }
    if (!isKnown && error) throw error;
  }
}

async function known(each: RuleResource, kubectl: Kubectl): Promise<KnownResource> {
  try {
    const found = await (await kubectl.mapper()).forArgument(each.group ? `${each.resource}.${each.group}` : each.resource);
    return { ...each, resource: found.resource, group: found.group, error: undefined };
  } catch (error) {
    return { ...each, error: error instanceof CommandError ? new NoResourceMatch(each.resource, each.group) : (error as Error) };
  }
}

/** A rule for each group. */
export async function rulesOf({ verbs, resources, resourceNames }: RuleParts, kubectl: Kubectl): Promise<readonly JsonObject[]> {
  const byGroup = new Map<string, string[]>();
  for (const each of resources) {
    const { resource, group, subresource } = await known(each, kubectl);
    const name = subresource ? `${resource}/${subresource}` : resource;
    const names = byGroup.get(group) ?? [];
    if (!names.includes(name)) byGroup.set(group, [...names, name]);
  }
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, names]) => ({ verbs, apiGroups: [group], resources: names, ...(resourceNames.length ? { resourceNames } : {}) }));
}
