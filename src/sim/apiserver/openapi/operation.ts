// One operation as both forms of OpenAPI tell of it, and how operations and tags are named.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/openapi/openapi.go

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  /** JSON type. */
  readonly type: string;
  /** Swagger shares the parameter under its name and this. */
  readonly hash?: string | undefined;
  readonly description?: string | undefined;
}

/** The OpenAPI name of a type; `string` where the answer is text. */
export type TypeName = string;
export const TEXT: TypeName = 'string';

export interface Operation {
  /** With its braces: `/api/v1/namespaces/{namespace}/pods/{name}`. */
  readonly path: string;
  /** Lower case. */
  readonly method: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: TypeName; readonly required: boolean; readonly hash?: string | undefined } | undefined;
  /** Media types. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** By code. */
  readonly answers: Readonly<Record<string, TypeName>>;
  readonly action?: string;
  readonly gvk?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** What the codes of all answers mean. */
export const MEANING: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' };

/** Letters and digits in camel case. */
function camel(text: string, capital: boolean): string {
  const joined = text.replace(/^\d+/, '-').replace(/[^\p{L}\p{Nd}_]+(.?)/gu, (_, next: string) => next.toUpperCase());
  return capital || /^[^\p{L}\p{Nd}_]/u.test(text) ? joined.charAt(0).toUpperCase() + joined.slice(1) : joined;
}

export interface Namer {
  readonly tags: readonly string[];
  /** The group and version come after the verb: `list` + `NamespacedPod` → `listCoreV1NamespacedPod`. */
  id(verb: string, rest: string): string;
}

/** How operations below a path are named: `/api/v1`, `/version/`. */
export function namerOf(path: string): Namer {
  const parts = path.split('/').filter(Boolean);
  if (parts[0] === 'api') parts.splice(0, 1, 'apis', 'core');
  const [root = '', group, version] = parts;
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  if (root !== 'apis' || !group) return { id: (verb, rest) => verb + capital(rest), tags: [camel(root, false)] };
  const trimmed = group.replace(/\.k8s\.io$/, '');
  const middle = camel(trimmed, true) + (version ? camel(version, true) : '');
  return { id: (verb, rest) => verb + middle + capital(rest), tags: [camel(trimmed, false) + (version ? `_${camel(version, false)}` : '')] };
}

/** Types that the operations mention. */
export function typesIn(operations: readonly Operation[]): Set<TypeName> {
  const types = new Set(operations.flatMap(({ body, answers }) => [...(body ? [body.type] : []), ...Object.values(answers)]));
  types.delete(TEXT);
  return types;
}
