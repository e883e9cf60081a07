// Which flow a request belongs to, by who makes it and what it asks for. Models apiserver/pkg/util/flowcontrol/rule.go
import type { FlowSchema, PolicyRulesWithSubjects } from '../../../kube/api/flowcontrol-v1.ts';
import type { Store } from '../../storage/store.ts';
import type { UserInfo } from '../authentication/user.ts';
import type { RequestInfo } from '../filters/request-info.ts';
import type { PriorityLevel } from './priority-level.ts';

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io';

export interface Flow {
  readonly name: string;
  readonly uid: string;
  readonly level: PriorityLevel;
  readonly rules: readonly PolicyRulesWithSubjects[];
  /** What tells the flows of one schema apart. */
  readonly distinguisher: string | undefined;
}

/** In the order they are tried. Those whose level is not there go with `otherwise`, the mandatory catch-all. */
export function readFlows(store: Store, levelOf: (name: string) => PriorityLevel | undefined): readonly Flow[] {
  const precedence = (schema: FlowSchema): number => schema.spec.matchingPrecedence ?? 1000;
  return [...store.range(SCHEMAS)]
    .map(([, object]) => object as unknown as FlowSchema)
    .sort((a, b) => precedence(a) - precedence(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    .flatMap(({ metadata, spec }) => {
      const level = levelOf(spec.priorityLevelConfiguration.name);
      return level
        ? [{ name: metadata.name ?? '', uid: metadata.uid ?? '', level, rules: spec.rules ?? [], distinguisher: spec.distinguisherMethod?.type }]
        : [];
    });
}

/** The flows that a user can be in at all, with the rules that mean them. */
export const flowsOf = (flows: readonly Flow[], user: UserInfo): readonly Flow[] =>
  flows.map((flow) => ({ ...flow, rules: flow.rules.filter((rule) => isMeant(rule, user)) })).filter(({ rules }) => rules.length);

export const isIn = ({ rules }: Flow, info: RequestInfo): boolean => rules.some((rule) => matches(rule, info));

export function distinguisherOf({ distinguisher }: Flow, user: UserInfo, { namespace }: RequestInfo): string {
  return distinguisher === 'ByUser' ? user.name : distinguisher === 'ByNamespace' ? namespace : '';
}

const has = (list: readonly string[] | undefined, value: string): boolean => list !== undefined && (list.includes('*') || list.includes(value));

function isMeant({ subjects }: PolicyRulesWithSubjects, user: UserInfo): boolean {
  return (subjects ?? []).some(({ kind, user: named, group, serviceAccount }) => {
    if (kind === 'User') return named?.name === '*' || named?.name === user.name;
    if (kind === 'Group') return group?.name === '*' || user.groups.includes(group?.name ?? '');
    const prefix = `system:serviceaccount:${serviceAccount?.namespace ?? ''}:`;
    return serviceAccount?.name === '*' ? user.name.startsWith(prefix) : user.name === `${prefix}${serviceAccount?.name ?? ''}`;
  });
}

function matches({ resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects, info: RequestInfo): boolean {
  if (!info.isResource)
    return nonResourceRules.some(
      ({ verbs, nonResourceURLs }) =>
        has(verbs, info.verb) &&
        (nonResourceURLs ?? []).some((url) => url === '*' || url === info.path || (url.endsWith('/*') && info.path.startsWith(url.slice(0, -1)))),
    );
  const resource = info.subresource ? `${info.resource}/${info.subresource}` : info.resource;
  return resourceRules.some(
    ({ verbs, apiGroups, resources, namespaces, clusterScope }) =>
      has(verbs, info.verb) &&
      has(apiGroups, info.group) &&
      has(resources, resource) &&
      (info.namespace ? has(namespaces, info.namespace) : clusterScope === true),
  );
}
