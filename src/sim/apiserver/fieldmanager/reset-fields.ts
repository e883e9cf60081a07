// Fields that a write to a resource or a subresource never changes, so that it does not own them either.
// Models GetResetFields in kubernetes/pkg/registry/*/strategy.go
import { fieldElement, fieldPath, SELF } from '../../../kube/machinery/field-path.ts';
import { isEmptySet, NO_FIELDS, recursiveDifference, setOf, settled, union, type FieldSet } from '../../../kube/machinery/field-set.ts';
import type { Filter } from './updater.ts';

export type ResetFields = Readonly<Record<string, Filter>>;

/** Everything but these. Paths are written with dots. */
const except = (...paths: readonly string[]): Filter => {
  const reset = setOf(paths.map((path) => fieldPath(...path.split('.'))));
  return (set) => recursiveDifference(set, reset);
};
/** Nothing but these and what is below them; `*` is any element. */
const only =
  (...paths: readonly string[]): Filter =>
  (set) =>
    paths.reduce((kept, path) => union(kept, picked(set, path.split('.'))), NO_FIELDS);

function picked(set: FieldSet, [name, ...rest]: readonly string[]): FieldSet {
  if (name === undefined) return set;
  const wanted = name === '*' ? Object.keys(set) : [fieldElement(name)];
  const result: Record<string, FieldSet> = {};
  for (const element of wanted) {
    const node = set[element];
    if (node === undefined) continue;
    // On the way to what is wanted a member counts, too.
    const inside = isEmptySet(node) ? node : settled({ ...(node[SELF] ? { [SELF]: NO_FIELDS } : {}), ...picked(node, rest) });
    if (inside) result[element] = inside;
  }
  return result;
}

const MAIN = except('status');
const STATUS = except('spec');
const STATUS_ALONE = except('spec', 'metadata');

/** By plural and group; what is not here resets status on the resource and spec on its status. */
const PARTICULAR: Readonly<Record<string, ResetFields>> = {
  'apiservices.apiregistration.k8s.io': { '': MAIN, status: STATUS_ALONE },
  'certificatesigningrequests.certificates.k8s.io': {
    '': except('spec', 'status'),
    status: except('spec', 'status.conditions'),
    approval: except('spec', 'status.certificate'),
  },
  'customresourcedefinitions.apiextensions.k8s.io': { '': MAIN, status: STATUS_ALONE },
  'deployments.apps': { '': MAIN, status: except('spec', 'metadata.labels') },
  'flowschemas.flowcontrol.apiserver.k8s.io': { '': MAIN, status: STATUS_ALONE },
  namespaces: { '': MAIN, status: STATUS, finalize: MAIN },
  pods: {
    '': MAIN,
    status: except('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
    ephemeralcontainers: only('spec.ephemeralContainers'),
    resize: only(...['containers', 'initContainers'].flatMap((list) => ['resources', 'resizePolicy'].map((name) => `spec.${list}.*.${name}`))),
  },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': { '': MAIN, status: STATUS_ALONE },
  'resourceclaims.resource.k8s.io': { '': MAIN, status: STATUS_ALONE },
  // Upstream files its reset fields under a group that there is not.
  'servicecidrs.networking.k8s.io': {},
  'validatingadmissionpolicies.admissionregistration.k8s.io': { '': MAIN, status: STATUS_ALONE },
  'volumeattachments.storage.k8s.io': { '': MAIN, status: STATUS_ALONE },
};
const WITH_STATUS: ResetFields = { '': MAIN, status: STATUS };

/** `groupResource` is `pods` or `deployments.apps`; `hasStatus`: there is a status subresource. */
export const resetFieldsOf = (groupResource: string, hasStatus: boolean): ResetFields => PARTICULAR[groupResource] ?? (hasStatus ? WITH_STATUS : {});
