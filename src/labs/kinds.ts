// From a kind as labs write it to the resource of an API call.
import * as builtIn from '../kube/api/resources.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { groupVersionOf, type KubeObject, type ResourceRef } from '../kube/machinery/object.ts';

const ALL = Object.values(builtIn) as unknown as readonly ResourceRef[];

/** `Deployment`, or with an apiVersion where two groups have the kind. Throws AppError UNKNOWN_KIND. */
export function resourceOf(kind: string, apiVersion?: string): ResourceRef<KubeObject> {
  const found = ALL.find((each) => each.kind === kind && (apiVersion === undefined || groupVersionOf(each) === apiVersion));
  if (found) return found;
  const near = nearestName(
    kind,
    ALL.map((each) => each.kind),
  );
  throw new AppError({
    code: 'UNKNOWN_KIND',
    what: `labs cannot look at ${apiVersion ? `${apiVersion} ` : ''}${kind}`,
    ...(near ? { why: `did you mean: ${near}` } : {}),
    exitCode: EXIT.invalidFile,
  });
}

/** The kubectl command that shows the same: people try things by it. */
export function kubectlGet(
  { resource }: ResourceRef,
  {
    name,
    namespace,
    labelSelector,
    fieldSelector,
  }: {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly labelSelector?: string | undefined;
    readonly fieldSelector?: string | undefined;
  },
  namespaced: boolean,
): string {
  const where = !namespaced ? '' : namespace ? ` -n ${namespace}` : ' -A';
  return `kubectl get ${resource}${name ? ` ${name}` : ''}${where}${labelSelector ? ` -l '${labelSelector}'` : ''}${fieldSelector ? ` --field-selector ${fieldSelector}` : ''}`;
}
