// Which rules are not covered by others, right by right. Models kubernetes/staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { listOf, textOf } from '../../config/kubeconfig-files.ts';

const words = (rule: JsonObject, field: string): readonly string[] => listOf(rule[field]).map(textOf);
const ofResources = (rule: JsonObject): boolean => words(rule, 'resources').length > 0;

/** One right each: one verb of one resource, or of one path. */
function single(rule: JsonObject): readonly JsonObject[] {
  const verbs = words(rule, 'verbs');
  const named = words(rule, 'resourceNames').map((name): JsonObject => ({ resourceNames: [name] }));
  const rights = words(rule, 'apiGroups').flatMap((group) =>
    words(rule, 'resources').flatMap((resource) =>
      verbs.flatMap((verb) =>
        (named.length ? named : [{}]).map((names): JsonObject => ({ apiGroups: [group], resources: [resource], ...names, verbs: [verb] })),
      ),
    ),
  );
  const paths = words(rule, 'nonResourceURLs').flatMap((url) => verbs.map((verb): JsonObject => ({ nonResourceURLs: [url], verbs: [verb] })));
  return [...rights, ...paths];
}

const has = (all: readonly string[], each: string): boolean => all.includes('*') || all.includes(each);
function covers(owner: JsonObject, right: JsonObject): boolean {
  const one = (field: string): string => words(right, field)[0] ?? '';
  if (!has(words(owner, 'verbs'), one('verbs'))) return false;
  if (!ofResources(right)) {
    const path = one('nonResourceURLs');
    return words(owner, 'nonResourceURLs').some((url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
  }
  const resource = one('resources');
  const [, sub] = resource.split('/');
  const resources = words(owner, 'resources');
  const hasResource = has(resources, resource) || (sub !== undefined && resources.includes(`*/${sub}`));
  const names = words(owner, 'resourceNames');
  const name = one('resourceNames');
  return has(words(owner, 'apiGroups'), one('apiGroups')) && hasResource && (!names.length || (name !== '' && names.includes(name)));
}

/** Of `rules`, the rights that `owners` do not give. */
export const uncovered = (owners: readonly JsonObject[], rules: readonly JsonObject[]): readonly JsonObject[] =>
  rules.flatMap(single).filter((right) => !owners.some((owner) => covers(owner, right)));
