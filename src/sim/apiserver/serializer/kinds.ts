// Which type a kind has, over all kinds that any client may encode.
import { findType, typeNames, typeOf } from '../../resources/types.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
let kinds: ReadonlyMap<string, string> | undefined;

export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  kinds ??= new Map(typeNames().flatMap((name) => (typeOf(name).gvk ?? []).map((gvk): [string, string] => [gvk, name])));
  const own = kinds.get(`${apiVersion}/${kind}`);
  if (own) return own;
  // Options travel under every group's version.
  return findType(`${META}.${kind}`) ? `${META}.${kind}` : undefined;
}
