// Service-account tokens: signed RS256, bound to their account and, where asked, to a pod. Models kubernetes/pkg/serviceaccount
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { Pod, Secret, ServiceAccount } from '../../../kube/api/core-v1.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../storage/store.ts';
import type { TokenAuthenticator, TokenHolder } from './request.ts';
import { serviceAccountUser } from './user.ts';

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
  readonly 'kubernetes.io'?: {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string; readonly uid: string };
  };
}

/** Of tokens kept in secrets, which the token controller makes: no audience, no end. */
interface LegacyClaims {
  readonly iss: string;
  readonly sub: string;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
}
const LEGACY_ISSUER = 'kubernetes/serviceaccount';
/** Signatures that were checked already; tokens are sent again and again. */
const REMEMBERED = 2000;
/** A pod's token lives on a little while the pod is being deleted. */
const DELETION_LEEWAY_MS = 60_000;

const SHELF: Readonly<Record<string, string>> = { pod: 'pods', secret: 'secrets', node: 'nodes' };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class TokenIssuer implements TokenAuthenticator {
  readonly #verified = new Map<string, Claims | LegacyClaims>();
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
      'kubernetes.io': {
        namespace,
        ...(bound?.kind === 'Pod' ? this.#nodeOf(`${namespace}/${bound.name}`) : {}),
        ...(bound ? { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } } : {}),
        serviceaccount: { name, uid },
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    return { token: this.#signed(claims), expiresAt: claims.exp * 1000 };
  }

  /** A token without an end, good as long as the secret that keeps it. */
  issueForSecret({ metadata: { namespace = '', name = '', uid = '' } }: ServiceAccount, secret: string): string {
    const claims: LegacyClaims = {
      iss: LEGACY_ISSUER,
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': secret,
      'kubernetes.io/serviceaccount/service-account.name': name,
      'kubernetes.io/serviceaccount/service-account.uid': uid,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    return this.#signed(claims);
  }

  #signed(claims: Claims | LegacyClaims): string {
    const head = `${encode({ alg: 'RS256', kid: this.#keyId })}.${encode(claims)}`;
    return `${head}.${sign('sha256', Buffer.from(head), this.#private).toString('base64url')}`;
  }

  /** Whose token it is; undefined when forged, expired, for others, or when what it is bound to is gone. */
  authenticate(token: string, audiences: readonly string[] = [ISSUER]): TokenHolder | undefined {
    const claims = this.#claimsOf(token);
    if (!claims) return undefined;
    if (claims.iss === LEGACY_ISSUER) return this.#legacy(token, claims as LegacyClaims, audiences);
    const { iss, exp, nbf, aud, jti, 'kubernetes.io': bound } = claims as Claims;
    const now = this.#clock.now() / 1000;
    const meant = audiences.filter((each) => aud.includes(each));
    if (iss !== ISSUER || exp <= now || nbf > now + 60 || !meant.length || !bound) return undefined;
    const { namespace, serviceaccount, ...objects } = bound;
    if (!this.#isCurrent(namespace, serviceaccount)) return undefined;
    const extra: Record<string, readonly string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] };
    for (const [kind, object] of Object.entries(objects)) {
      // The node of a pod's token is there to be told, not to be checked.
      if (!(kind === 'node' && objects.pod) && !this.#exists(kind, namespace, object)) return undefined;
      if (kind === 'secret') continue;
      extra[`authentication.kubernetes.io/${kind}-name`] = [object.name];
      if (object.uid) extra[`authentication.kubernetes.io/${kind}-uid`] = [object.uid];
    }
    return { user: serviceAccountUser(namespace, serviceaccount.name, { uid: serviceaccount.uid, extra }), audiences: meant };
  }

  #claimsOf(token: string): Claims | LegacyClaims | undefined {
    const known = this.#verified.get(token);
    if (known) return known;
    const [header, payload, signature, ...more] = token.split('.');
    if (!header || !payload || !signature || more.length) return undefined;
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), this.#public, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims | LegacyClaims;
    if (this.#verified.size >= REMEMBERED) this.#verified.delete(this.#verified.keys().next().value ?? '');
    this.#verified.set(token, claims);
    return claims;
  }

  #legacy(token: string, claims: LegacyClaims, audiences: readonly string[]): TokenHolder | undefined {
    const namespace = claims['kubernetes.io/serviceaccount/namespace'];
    const name = claims['kubernetes.io/serviceaccount/service-account.name'];
    const uid = claims['kubernetes.io/serviceaccount/service-account.uid'];
    const secret = this.#store.get('secrets', `${namespace}/${claims['kubernetes.io/serviceaccount/secret.name']}`) as unknown as Secret | undefined;
    if (!secret || secret.metadata.deletionTimestamp || Buffer.from(secret.data?.['token'] ?? '', 'base64').toString() !== token) return undefined;
    const meant = audiences.filter((each) => each === ISSUER);
    if (!meant.length || !this.#isCurrent(namespace, { name, uid })) return undefined;
    return { user: serviceAccountUser(namespace, name, { uid }), audiences: meant };
  }

  #isCurrent(namespace: string, { name, uid }: { readonly name: string; readonly uid: string }): boolean {
    return this.#store.get('serviceaccounts', `${namespace}/${name}`)?.metadata.uid === uid;
  }

  #exists(kind: string, namespace: string, { name, uid }: { readonly name: string; readonly uid: string }): boolean {
    const stored = this.#store.get(SHELF[kind] ?? '', kind === 'node' ? name : `${namespace}/${name}`);
    const goes = stored?.metadata.deletionTimestamp;
    return stored?.metadata.uid === uid && (!goes || Date.parse(goes) + DELETION_LEEWAY_MS > this.#clock.now());
  }

  #nodeOf(pod: string): { readonly node?: { readonly name: string; readonly uid: string } } {
    const name = (this.#store.get('pods', pod) as unknown as Pod | undefined)?.spec.nodeName;
    return name ? { node: { name, uid: this.#store.get('nodes', name)?.metadata.uid ?? '' } } : {};
  }

  /** The JSON Web Key Set that `/openid/v1/jwks` publishes. */
  keySet(): { readonly keys: readonly Record<string, unknown>[] } {
    const { kty, n, e } = this.#public.export({ format: 'jwk' });
    return { keys: [{ use: 'sig', kty, kid: this.#keyId, alg: 'RS256', n, e }] };
  }
}
