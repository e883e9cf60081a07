// Service-account tokens: signed RS256, bound to their account and, where asked, to a pod. Models kubernetes/pkg/serviceaccount
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { ServiceAccount } from '../../../kube/api/core-v1.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../storage/store.ts';
import { serviceAccountUser, type UserInfo } from './user.ts';

export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}
interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string; readonly uid: string };
  };
}

const SHELF: Readonly<Record<string, string>> = { pod: 'pods', secret: 'secrets', node: 'nodes' };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class TokenIssuer {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #keyId: string;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(privateKeyPem: string, store: Store, clock: Clock) {
    this.#private = createPrivateKey(privateKeyPem);
    this.#public = createPublicKey(this.#private);
    this.#keyId = createHash('sha256')
      .update(this.#public.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
    this.#store = store;
    this.#clock = clock;
  }

  /** A token for `seconds`, and when it ends (milliseconds since the epoch). */
  issue(
    account: ServiceAccount,
    audiences: readonly string[],
    seconds: number,
    bound: BoundObject | undefined,
    id: string,
  ): { readonly token: string; readonly expiresAt: number } {
    const now = Math.floor(this.#clock.now() / 1000);
    const { namespace = '', name = '', uid = '' } = account.metadata;
    const claims: Claims = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: ISSUER,
      jti: id,
      'kubernetes.io': { namespace, serviceaccount: { name, uid }, ...(bound ? { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } } : {}) },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const head = `${encode({ alg: 'RS256', kid: this.#keyId })}.${encode(claims)}`;
    return { token: `${head}.${sign('sha256', Buffer.from(head), this.#private).toString('base64url')}`, expiresAt: claims.exp * 1000 };
  }

  /** Whose token it is; undefined when forged, expired, for others, or when what it is bound to is gone. */
  authenticate(token: string): UserInfo | undefined {
    const [header, payload, signature, ...more] = token.split('.');
    if (!header || !payload || !signature || more.length) return undefined;
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), this.#public, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    const now = this.#clock.now() / 1000;
    if (claims.iss !== ISSUER || claims.exp <= now || claims.nbf > now + 60 || !claims.aud.includes(ISSUER)) return undefined;
    const { namespace, serviceaccount, ...boundTo } = claims['kubernetes.io'];
    if (this.#store.get('serviceaccounts', `${namespace}/${serviceaccount.name}`)?.metadata.uid !== serviceaccount.uid) return undefined;
    const extra: Record<string, readonly string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] };
    for (const [kind, object] of Object.entries(boundTo)) {
      const stored = this.#store.get(SHELF[kind] ?? '', kind === 'node' ? object.name : `${namespace}/${object.name}`);
      if (stored?.metadata.uid !== object.uid) return undefined;
      extra[`authentication.kubernetes.io/${kind}-name`] = [object.name];
      extra[`authentication.kubernetes.io/${kind}-uid`] = [object.uid];
    }
    return serviceAccountUser(namespace, serviceaccount.name, { uid: serviceaccount.uid, extra });
  }

  /** The JSON Web Key Set that `/openid/v1/jwks` publishes. */
  keySet(): { readonly keys: readonly Record<string, unknown>[] } {
    const { kty, n, e } = this.#public.export({ format: 'jwk' });
    return { keys: [{ use: 'sig', kty, kid: this.#keyId, alg: 'RS256', n, e }] };
  }
}
