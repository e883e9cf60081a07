// The sentence of a 403. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
import { forbidden, StatusError } from '../../../kube/machinery/status-error.ts';
import type { Attributes } from './attributes.ts';

export function refusalOf({ user, verb, namespace, group, resource, subresource, name, isResource, path }: Attributes, reason: string): StatusError {
  const because = reason ? `: ${reason}` : '';
  const who = `User ${JSON.stringify(user.name)}`;
  if (!isResource)
    return new StatusError({ code: 403, reason: 'Forbidden', message: `forbidden: ${who} cannot ${verb} path ${JSON.stringify(path)}${because}`, details: {} });
  const full = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  return forbidden(
    { group, resource },
    name,
    `${who} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}${because}`,
  );
}
