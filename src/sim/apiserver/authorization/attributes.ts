// What is asked of an authorizer, made in one place. Models kubernetes/staging/src/k8s.io/apiserver/pkg/authorization/authorizer
import { parseFieldSelector, SelectorSyntaxError, type FieldRequirement } from '../../../kube/machinery/selectors.ts';
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
  /** Of lists, watches and deletions of collections: what they are limited to. */
  readonly selectedFields?: readonly FieldRequirement[];
}

export interface Decision {
  readonly allowed: boolean;
  /** Why, where an authorizer says so. */
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: Attributes): Decision;
}

const COLLECTIONS: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection']);

export function attributesOf(
  user: UserInfo,
  { verb, namespace, group, resource, subresource, name, isResource, path }: RequestInfo,
  fieldSelector?: string | null,
): Attributes {
  const attributes = { user, verb, namespace, group, resource, subresource, name, isResource, path: isResource ? '' : path };
  return fieldSelector && isResource && COLLECTIONS.has(verb) ? narrowed(attributes, fieldSelector) : attributes;
}

/** Whoever limits a collection to one name asks for that one. What cannot be read limits nothing here, and is refused later. */
export function narrowed(attributes: Attributes, fieldSelector: string): Attributes {
  try {
    const selectedFields = parseFieldSelector(fieldSelector);
    const named = selectedFields.find(({ field, equals }) => field === 'metadata.name' && equals)?.value ?? '';
    return { ...attributes, name: attributes.name || named, selectedFields };
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return attributes;
    throw error;
  }
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
