// The user a client certificate names: CN is the name, every O a group. Models kubernetes/staging/src/k8s.io/apiserver/pkg/authentication/request/x509
import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { authenticated, type UserInfo } from './user.ts';

/** Once per connection: undefined when no certificate was sent, `null` when it was refused. */
const users = new WeakMap<TLSSocket, UserInfo | null>();

export function certificateUser(socket: TLSSocket): UserInfo | null | undefined {
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
