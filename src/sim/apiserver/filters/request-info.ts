// What a URL asks for. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go

export interface RequestInfo {
  readonly path: string;
  /** The API verb for resources, the lower-case HTTP method otherwise. */
  readonly verb: string;
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Plural; empty for discovery paths. */
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Path segments behind the subresource: of proxies. */
  readonly rest: string;
}

const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);
const VERBS: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path.split('/').filter((part) => part !== '');
  const nothing = {
    path,
    verb: method.toLowerCase(),
    isResource: false,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    rest: '',
  };
  const [root, ...behind] = parts;
  if (root !== 'api' && root !== 'apis') return nothing;
  const group = root === 'apis' ? (behind.shift() ?? '') : '';
  const version = behind.shift() ?? '';
  if (!version || !behind.length) return { ...nothing, group, version };
  let verb = VERBS[method] ?? method.toLowerCase();
  if (behind[0] === 'watch') {
    behind.shift();
    verb = 'watch';
  }
  let namespace = '';
  let segments: string[] = behind;
  if (behind[0] === 'namespaces') {
    namespace = behind[1] ?? '';
    const isNamespaceItself = behind.length <= 2 || (behind.length === 3 && NAMESPACE_SUBRESOURCES.has(behind[2] ?? ''));
    if (!isNamespaceItself) segments = behind.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...rest] = segments;
  if (!name && verb === 'get') verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  if (name && verb === 'get' && isTrue(query.get('watch'))) verb = 'watch';
  if (!name && verb === 'delete') verb = 'deletecollection';
  if (resource === 'namespaces' && behind[0] === 'namespaces' && !name) namespace = '';
  return { path, verb, isResource: true, group, version, namespace, resource, subresource, name, rest: rest.join('/') };
}

export const isTrue = (text: string | null): boolean => text !== null && text !== '' && text !== 'false' && text !== '0';
