// Only who may delete an object says what it belongs to, and only who may finalize the owner blocks its deletion. Models kubernetes/plugin/pkg/admission/gc
import type { OwnerReference } from '../../../kube/api/meta-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { resourceAttributes } from '../authorization/attributes.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

const byUid = (owners: readonly OwnerReference[] = []): ReadonlyMap<string, OwnerReference> => new Map(owners.map((each) => [each.uid, each]));

export const ownerReferencesPermissionEnforcement = ({ authorize, resources }: AdmissionContext): AdmissionPlugin => ({
  name: 'OwnerReferencesPermissionEnforcement',
  validate(request) {
    const { call, object, old } = request;
    const owners = object?.metadata.ownerReferences ?? [];
    const before = old?.metadata.ownerReferences ?? [];
    if (!object || jsonEqual(owners, before) || (call.subresource && call.subresource !== 'status')) return;
    const { resource, namespace, user } = call;
    const may = authorize(
      resourceAttributes(user, {
        verb: 'delete',
        group: resource.group,
        resource: resource.resource,
        namespace,
        name: call.name || (object.metadata.name ?? ''),
      }),
    );
    if (!may.allowed) throw refused(request, `cannot set an ownerRef on a resource you can't delete: ${may.reason}, <nil>`);
    const known = byUid(before);
    for (const owner of owners.filter((each) => each.blockOwnerDeletion && !known.get(each.uid)?.blockOwnerDeletion)) {
      const kind = resources.findKind(owner.apiVersion, owner.kind);
      if (!kind)
        throw refused(
          request,
          `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${owner.apiVersion} Kind ${owner.kind}: no matches for kind ${JSON.stringify(owner.kind)} in version ${JSON.stringify(owner.apiVersion)}`,
        );
      const asked = {
        verb: 'update',
        group: kind.group,
        resource: kind.resource,
        subresource: 'finalizers',
        namespace: kind.namespaced ? namespace : '',
        name: owner.name,
      };
      const decision = authorize(resourceAttributes(user, asked));
      if (!decision.allowed)
        throw refused(
          request,
          `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${decision.reason}, <nil>`,
        );
    }
  },
});
