// Rules taken apart and put together by what they are about. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/rbac

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** One verb, one resource, one name each. */
function breakdown({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Rule): readonly Rule[] {
  const about = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb): readonly Rule[] =>
        resourceNames.length
          ? resourceNames.map((name) => ({ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames: [name] }))
          : [{ verbs: [verb], apiGroups: [group], resources: [resource] }],
      ),
    ),
  );
  const paths = nonResourceURLs.flatMap((path) => verbs.map((verb): Rule => ({ verbs: [verb], nonResourceURLs: [path] })));
  return [...about, ...paths];
}

/** All verbs of a resource, or of one object, in one rule; in the order of their texts. */
export function compactRules(rules: readonly Rule[]): readonly Rule[] {
  const simple = new Map<string, Rule>();
  const others: Rule[] = [];
  for (const rule of rules.flatMap(breakdown)) {
    if (rule.nonResourceURLs) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const present = simple.get(key);
    simple.set(key, present ? { ...present, verbs: [...new Set([...present.verbs, ...rule.verbs])] } : rule);
  }
  return [...others, ...simple.values()]
    .map((rule) => ({ rule, text: ruleText(rule) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ rule }) => rule);
}

const words = (list: readonly string[] = []): string => `[${list.join(' ')}]`;
/** As Go prints the type, which is what rules are sorted by. */
const ruleText = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string =>
  `&PolicyRule{Verbs:${words(verbs)},APIGroups:${words(apiGroups)},Resources:${words(resources)},ResourceNames:${words(resourceNames)},NonResourceURLs:${words(nonResourceURLs)},}`;

/** `deployments.apps/scale`. */
export function combinedResource({ resources = [], apiGroups = [] }: Rule): string {
  const [resource = ''] = resources;
  if (!resources.length) return '';
  const slash = resource.indexOf('/');
  const base = slash < 0 ? resource : resource.slice(0, slash);
  return `${base}${apiGroups[0] ? `.${apiGroups[0]}` : ''}${slash < 0 ? '' : resource.slice(slash)}`;
}
