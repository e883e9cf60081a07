// Who makes a request.

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Anyone known is in `system:authenticated`. */
export const authenticated = (name: string, groups: readonly string[] = [], more: Pick<UserInfo, 'uid' | 'extra'> = {}): UserInfo => ({
  name,
  groups: groups.includes(AUTHENTICATED) ? groups : [...groups, AUTHENTICATED],
  ...more,
});

const SERVICE_ACCOUNT = 'system:serviceaccount:';

export const serviceAccountUser = (namespace: string, name: string, more: Pick<UserInfo, 'uid' | 'extra'> = {}): UserInfo =>
  authenticated(`${SERVICE_ACCOUNT}${namespace}:${name}`, ['system:serviceaccounts', `system:serviceaccounts:${namespace}`], more);
