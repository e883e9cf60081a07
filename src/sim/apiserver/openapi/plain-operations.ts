// The operations that are about no resource: discovery, the version, the keys of service accounts.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/discovery and pkg/server/routes
import { namerOf, TEXT, type Operation, type TypeName } from './operation.ts';
import { MEDIA } from './resource-operations.ts';

interface Plain {
  readonly name: string;
  readonly description: string;
  readonly type: TypeName;
  readonly media?: readonly string[];
  readonly consumes?: readonly string[];
}
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const JSON_ONLY = ['application/json'];

const PLAIN: Readonly<Record<string, Plain>> = {
  '.well-known/openid-configuration': {
    name: 'ServiceAccountIssuerOpenIDConfiguration',
    description: 'get service account issuer OpenID configuration',
    type: TEXT,
    media: JSON_ONLY,
    consumes: [],
  },
  api: { name: 'APIVersions', description: 'get available API versions', type: `${META}APIVersions` },
  apis: { name: 'APIVersions', description: 'get available API versions', type: `${META}APIGroupList` },
  'openid/v1/jwks': {
    name: 'ServiceAccountIssuerOpenIDKeyset',
    description: 'get service account issuer OpenID JSON Web Key Set',
    type: TEXT,
    media: ['application/jwk-set+json'],
    consumes: [],
  },
  version: {
    name: 'CodeVersion',
    description: 'get the version information for this server',
    type: 'io.k8s.apimachinery.pkg.version.Info',
    media: JSON_ONLY,
    consumes: JSON_ONLY,
  },
};
const GROUP: Plain = { name: 'APIGroup', description: 'get information of a group', type: `${META}APIGroup` };
const GROUP_VERSION: Plain = { name: 'APIResources', description: 'get available resources', type: `${META}APIResourceList` };

/** Documents that are there whatever is served. */
export const plainPaths: readonly string[] = Object.keys(PLAIN);

function operation(path: string, { name, description, type, media = MEDIA, consumes = MEDIA }: Plain): Operation {
  const full = `/${path}/`;
  const { tags, id } = namerOf(full);
  return { path: full, method: 'get', id: id('get', name), tags, description, parameters: [], consumes, produces: media, answers: { 200: type } };
}

/** Undefined for a path that is none of these. */
export function plainOperation(path: string): Operation | undefined {
  const plain = PLAIN[path];
  return plain && operation(path, plain);
}
/** Of `apis/apps`. */
export const groupOperation = (path: string): Operation => operation(path, GROUP);
/** Of `apis/apps/v1`. */
export const groupVersionOperation = (path: string): Operation => operation(path, GROUP_VERSION);
