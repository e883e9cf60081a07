// Who is calling: client certificate, bearer token, or nobody; then whom they impersonate. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../../../kube/machinery/status-error.ts';
import { refusal, type ApiServer } from '../api-server.ts';
import { ANONYMOUS, authenticated, AUTHENTICATED, type UserInfo } from './user.ts';

/** The certificate's user, once per connection: undefined when none was sent, `null` when it was refused. */
const users = new WeakMap<TLSSocket, UserInfo | null>();

function certificateUser(socket: TLSSocket): UserInfo | null | undefined {
  const known = users.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerCertificate();
  if (!certificate?.subject) return undefined;
  const { CN, O } = certificate.subject as unknown as { readonly CN?: string | string[]; readonly O?: string | string[] };
  const groups = O === undefined ? [] : Array.isArray(O) ? O : [O];
  const name = Array.isArray(CN) ? CN[0] : CN;
  const credential = createHash('sha256').update(certificate.raw).digest('hex');
  const user =
    socket.authorized && name ? authenticated(name, groups, { extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${credential}`] } }) : null;
  users.set(socket, user);
  return user;
}

/** Throws StatusError 401 for credentials that are wrong; anonymous for none. */
export function authenticate(server: ApiServer, socket: TLSSocket, headers: IncomingHttpHeaders): UserInfo {
  const byCertificate = certificateUser(socket);
  if (byCertificate) return byCertificate;
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = /^bearer (.+)$/i.exec(authorization)?.[1];
    const user = token ? server.tokens.authenticate(token.trim()) : undefined;
    if (!user) throw unauthorized();
    return user;
  }
  if (byCertificate === null) throw unauthorized();
  return ANONYMOUS;
}

const values = (header: string | readonly string[] | undefined): readonly string[] =>
  header === undefined ? [] : Array.isArray(header) ? (header as readonly string[]) : [header as string];

/** The user whom the caller wants to be, if they may. Repeated group headers arrive in `rawHeaders` only over HTTP/1. */
export function impersonate(server: ApiServer, caller: UserInfo, headers: IncomingHttpHeaders, groupsHeader: readonly string[]): UserInfo {
  const name = values(headers['impersonate-user'])[0];
  const uid = values(headers['impersonate-uid'])[0];
  const extras = Object.entries(headers).filter(([key]) => key.startsWith('impersonate-extra-'));
  if (!name) {
    if (groupsHeader.length || uid || extras.length)
      throw refusal(caller, 'impersonate', { group: '', resource: 'users' }, '', '', '', 'requested groups, uid or extra without impersonating a user');
    return caller;
  }
  const demand = (group: string, resource: string, object: string, namespace = '', subresource = ''): void => {
    const decision = server.authorize({ user: caller, verb: 'impersonate', namespace, group, resource, subresource, name: object, isResource: true, path: '' });
    if (!decision.allowed) throw refusal(caller, 'impersonate', { group, resource }, subresource, namespace, object, decision.reason);
  };
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account) demand('', 'serviceaccounts', account[2] ?? '', account[1] ?? '');
  else demand('', 'users', name);
  for (const group of groupsHeader) demand('', 'groups', group);
  const extra: Record<string, readonly string[]> = {};
  for (const [header, value] of extras) {
    const key = decodeURIComponent(header.slice('impersonate-extra-'.length));
    extra[key] = values(value);
    for (const each of extra[key]) demand('authentication.k8s.io', 'userextras', each, '', key);
  }
  if (uid) demand('authentication.k8s.io', 'uids', uid);
  const implied = account && !groupsHeader.length ? ['system:serviceaccounts', `system:serviceaccounts:${account[1] ?? ''}`] : [];
  const groups = [...groupsHeader, ...implied];
  const known = name === ANONYMOUS.name ? ANONYMOUS.groups : groups.includes(AUTHENTICATED) ? [] : [AUTHENTICATED];
  return { name, groups: [...groups, ...known], ...(uid ? { uid } : {}), ...(extras.length ? { extra } : {}) };
}
