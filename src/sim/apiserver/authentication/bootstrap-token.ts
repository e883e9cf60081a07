// Tokens by which nodes join: secrets of kube-system, until they expire. Models kubernetes/plugin/pkg/auth/authenticator/token/bootstrap
import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../../kube/api/core-v1.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../storage/store.ts';
import type { TokenAuthenticator, TokenHolder } from './request.ts';
import { authenticated } from './user.ts';

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const DEFAULT_GROUP = 'system:bootstrappers';
const TYPE = 'bootstrap.kubernetes.io/token';

const textOf = ({ data }: Secret, key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString();

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export class BootstrapTokens implements TokenAuthenticator {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  authenticate(token: string, audiences: readonly string[] = []): TokenHolder | undefined {
    const [, id, secretText] = TOKEN.exec(token) ?? [];
    if (!id || !secretText) return undefined;
    const secret = this.#store.get('secrets', `kube-system/bootstrap-token-${id}`) as unknown as Secret | undefined;
    if (!secret || secret.type !== TYPE || secret.metadata.deletionTimestamp) return undefined;
    if (textOf(secret, 'token-id') !== id || !same(textOf(secret, 'token-secret'), secretText)) return undefined;
    const expiration = textOf(secret, 'expiration');
    if (expiration && !(Date.parse(expiration) > this.#clock.now())) return undefined;
    if (textOf(secret, 'usage-bootstrap-authentication') !== 'true') return undefined;
    const extra = textOf(secret, 'auth-extra-groups').split(',').filter(Boolean);
    if (extra.some((each) => !GROUP.test(each))) return undefined;
    return { user: authenticated(`system:bootstrap:${id}`, [...new Set([DEFAULT_GROUP, ...extra])]), audiences };
  }
}
