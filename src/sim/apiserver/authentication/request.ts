// Who makes a request: client certificate, then bearer token, then nobody. Models kubernetes/pkg/kubeapiserver/authenticator/config.go
import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../../../kube/machinery/status-error.ts';
import { ANONYMOUS, type UserInfo } from './user.ts';
import { certificateUser } from './x509.ts';

/** Whom a token stands for, undefined where this authenticator does not know it. */
export interface TokenAuthenticator {
  authenticate(token: string, audiences?: readonly string[]): TokenHolder | undefined;
}
export interface TokenHolder {
  readonly user: UserInfo;
  /** Those asked for that the token is meant for. */
  readonly audiences: readonly string[];
}

/** The first that knows the token. */
export function authenticateToken(authenticators: readonly TokenAuthenticator[], token: string, audiences?: readonly string[]): TokenHolder | undefined {
  for (const each of authenticators) {
    const holder = each.authenticate(token, audiences);
    if (holder) return holder;
  }
  return undefined;
}

/** Throws StatusError 401 for credentials that are wrong; anonymous for none. */
export function authenticateRequest(authenticators: readonly TokenAuthenticator[], socket: TLSSocket, headers: IncomingHttpHeaders): UserInfo {
  const byCertificate = certificateUser(socket);
  if (byCertificate) return byCertificate;
  const [scheme = '', token = ''] = headers.authorization?.trim().split(' ') ?? [];
  if (scheme.toLowerCase() === 'bearer' && token) {
    const holder = authenticateToken(authenticators, token);
    if (!holder) throw unauthorized();
    return holder.user;
  }
  if (byCertificate === null) throw unauthorized();
  return ANONYMOUS;
}
