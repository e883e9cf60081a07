// What is asked of an authorizer, made in one place. Models kubernetes/staging/src/k8s.io/apiserver/pkg/authorization/authorizer
import type { UserInfo } from '../authentication/user.ts';
import type { RequestInfo } from '../filters/request-info.ts';

export interface Attributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly isResource: boolean;
  readonly path: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Why, where an authorizer says so. */
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: Attributes): Decision;
}

export function attributesOf(user: UserInfo, { verb, namespace, group, resource, subresource, name, isResource, path }: RequestInfo): Attributes {
  return { user, verb, namespace, group, resource, subresource, name, isResource, path: isResource ? '' : path };
}

export interface ResourceAction {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly subresource?: string;
  readonly name?: string;
}
export const resourceAttributes = (user: UserInfo, { verb, group, resource, namespace = '', subresource = '', name = '' }: ResourceAction): Attributes => ({
  user,
  verb,
  group,
  resource,
  namespace,
  subresource,
  name,
  isResource: true,
  path: '',
});
