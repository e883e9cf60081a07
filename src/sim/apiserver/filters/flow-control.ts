// Which flow a request belongs to, told in headers; nobody is made to wait. Models kubernetes/staging/src/k8s.io/apiserver/pkg/util/flowcontrol
import type { FlowSchema, PolicyRulesWithSubjects } from '../../../kube/api/flowcontrol-v1.ts';
import type { Store } from '../../storage/store.ts';
import type { UserInfo } from '../authentication/user.ts';
import { infoOf, type Filter } from './filter.ts';
import type { RequestInfo } from './request-info.ts';

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io';
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io';

interface Flow {
  readonly schemaUid: string;
  readonly levelUid: string;
  readonly rules: readonly PolicyRulesWithSubjects[];
}
/** Flows in the order they are tried, until the configuration changes. */
interface Known {
  flows: readonly Flow[] | undefined;
  /** Those a user can be in at all: of certificates and remembered tokens, the same user object comes again and again. */
  byUser: WeakMap<UserInfo, readonly Flow[]>;
}
const known = new WeakMap<Store, Known>();

function flowsOf(store: Store, user: UserInfo): readonly Flow[] {
  let memory = known.get(store);
  if (!memory) {
    const mine: Known = (memory = { flows: undefined, byUser: new WeakMap() });
    known.set(store, mine);
    for (const shelf of [SCHEMAS, LEVELS])
      store.watch(shelf, store.revision, () => {
        mine.flows = undefined;
        mine.byUser = new WeakMap();
      });
  }
  let own = memory.byUser.get(user);
  if (!own) {
    memory.flows ??= readFlows(store);
    own = memory.flows.map((flow) => ({ ...flow, rules: flow.rules.filter((rule) => isMeant(rule, user)) })).filter(({ rules }) => rules.length);
    memory.byUser.set(user, own);
  }
  return own;
}

function readFlows(store: Store): readonly Flow[] {
  const precedence = (schema: FlowSchema): number => schema.spec.matchingPrecedence ?? 1000;
  return [...store.range(SCHEMAS)]
    .map(([, object]) => object as unknown as FlowSchema)
    .sort((a, b) => precedence(a) - precedence(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    .map((schema) => ({
      schemaUid: schema.metadata.uid ?? '',
      levelUid: store.get(LEVELS, schema.spec.priorityLevelConfiguration.name)?.metadata.uid ?? '',
      rules: schema.spec.rules ?? [],
    }));
}

export const flowControl: Filter = (exchange) => {
  const info = infoOf(exchange);
  const flow = flowsOf(exchange.api.context.store, exchange.user).find(({ rules }) => rules.some((rule) => matches(rule, info)));
  if (!flow) return;
  exchange.headers['x-kubernetes-pf-flowschema-uid'] = flow.schemaUid;
  exchange.headers['x-kubernetes-pf-prioritylevel-uid'] = flow.levelUid;
};

const has = (list: readonly string[] | undefined, value: string): boolean => list !== undefined && (list.includes('*') || list.includes(value));

function isMeant({ subjects = [] }: PolicyRulesWithSubjects, user: UserInfo): boolean {
  return subjects.some(({ kind, user: named, group, serviceAccount }) => {
    if (kind === 'User') return named?.name === '*' || named?.name === user.name;
    if (kind === 'Group') return group?.name === '*' || user.groups.includes(group?.name ?? '');
    const prefix = `system:serviceaccount:${serviceAccount?.namespace ?? ''}:`;
    return serviceAccount?.name === '*' ? user.name.startsWith(prefix) : user.name === `${prefix}${serviceAccount?.name ?? ''}`;
  });
}

function matches({ resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects, info: RequestInfo): boolean {
  if (!info.isResource)
    return nonResourceRules.some(
      ({ verbs, nonResourceURLs = [] }) =>
        has(verbs, info.verb) &&
        nonResourceURLs.some((url) => url === '*' || url === info.path || (url.endsWith('/*') && info.path.startsWith(url.slice(0, -1)))),
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
