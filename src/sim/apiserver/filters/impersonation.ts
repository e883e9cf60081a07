// Whom a caller wants to be, if they may. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation
import { badRequest } from '../../../kube/machinery/status-error.ts';
import { ANONYMOUS, AUTHENTICATED, type UserInfo } from '../authentication/user.ts';
import { resourceAttributes, type ResourceAction } from '../authorization/attributes.ts';
import { refusalOf } from '../authorization/refusal.ts';
import type { Exchange, Filter } from './filter.ts';

const EXTRA = 'impersonate-extra-';
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

export const impersonation: Filter = (exchange) => {
  const asked = askedFor(exchange.request.rawHeaders);
  if (asked) exchange.user = impersonated(exchange, asked);
};

interface Asked {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/** Repeated headers count one by one, so they are read as they came. Undefined where there are none. */
function askedFor(raw: readonly string[]): Asked | undefined {
  let name = '';
  let uid = '';
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  let found = false;
  for (let i = 0; i < raw.length; i += 2) {
    const header = raw[i] ?? '';
    // Nearly every request: nothing to lower, nothing to compare.
    if (header.length < 13 || (header[0] !== 'i' && header[0] !== 'I')) continue;
    const key = header.toLowerCase();
    const value = raw[i + 1] ?? '';
    if (!key.startsWith('impersonate-')) continue;
    found = true;
    if (key === 'impersonate-user') name ||= value;
    else if (key === 'impersonate-uid') uid ||= value;
    else if (key === 'impersonate-group') groups.push(value);
    else if (key.startsWith(EXTRA)) {
      const inner = unescaped(key.slice(EXTRA.length));
      extra.set(inner, [...(extra.get(inner) ?? []), value]);
    }
  }
  return found ? { name, uid, groups, extra } : undefined;
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function impersonated({ user, api }: Exchange, { name, uid, groups, extra }: Asked): UserInfo {
  if (!name) {
    if (!groups.length && !uid && !extra.size) return user;
    throw badRequest(`requested [${wanted(groups, extra, uid)}] without impersonating a user`);
  }
  const demand = (action: Omit<ResourceAction, 'verb'>): void => {
    const attributes = resourceAttributes(user, { verb: 'impersonate', ...action });
    const { allowed, reason } = api.authorize(attributes);
    if (!allowed) throw refusalOf(attributes, reason);
  };
  const [, namespace, account] = ACCOUNT.exec(name) ?? [];
  if (namespace && account) demand({ group: '', resource: 'serviceaccounts', namespace, name: account });
  else demand({ group: '', resource: 'users', name });
  for (const group of groups) demand({ group: '', resource: 'groups', name: group });
  for (const [key, values] of extra)
    for (const value of values) demand({ group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value });
  if (uid) demand({ group: 'authentication.k8s.io', resource: 'uids', name: uid });
  const implied = namespace && !groups.length ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : [];
  const all = [...groups, ...implied];
  // Naming nobody is being nobody; everyone else is known.
  const known = name === ANONYMOUS.name ? ANONYMOUS.groups : [AUTHENTICATED];
  for (const each of known) if (!all.includes(each)) all.push(each);
  return { name, groups: all, ...(uid ? { uid } : {}), ...(extra.size ? { extra: Object.fromEntries(extra) } : {}) };
}

const wanted = (groups: readonly string[], extra: ReadonlyMap<string, readonly string[]>, uid: string): string =>
  [
    ...groups.map((group) => `{Group  ${group}  authentication.k8s.io/v1  }`),
    ...[...extra].flatMap(([key, values]) => values.map((value) => `{UserExtra  ${value}  authentication.k8s.io/v1  ${key}}`)),
    ...(uid ? [`{UID  ${uid}  authentication.k8s.io/v1  }`] : []),
  ].join(' ');
