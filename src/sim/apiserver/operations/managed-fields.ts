// Whom the fields of a written object belong to. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import { groupResourceOf, type KubeObject } from '../../../kube/machinery/object.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import { withoutEmpties } from '../../resources/empties.ts';
import type { Call, DraftObject, ServerContext } from '../context.ts';
import { FieldOwnership, type Versions } from '../fieldmanager/ownership.ts';
import { resetFieldsOf, type ResetFields } from '../fieldmanager/reset-fields.ts';
import { withTimesOf } from '../fieldmanager/timestamps.ts';
import type { Expected } from '../serializer/body.ts';
import { toHub } from './present.ts';

type Writing = Pick<Call, 'resource' | 'subresource' | 'fieldManager'>;

const known = new WeakMap<ServerContext, WeakMap<AnyResource, FieldOwnership>>();

/** The books of a resource: made at its first write. */
export function ownershipOf(context: ServerContext, resource: AnyResource): FieldOwnership {
  let books = known.get(context);
  if (!books) known.set(context, (books = new WeakMap()));
  let ownership = books.get(resource);
  if (!ownership) {
    const resetFields = resetFieldsOf(groupResourceOf(resource), Boolean(resource.facts.subresources?.['status']));
    books.set(resource, (ownership = ownershipOfType(context, resource, resetFields, versionsOf(context, resource))));
  }
  return ownership;
}

/** The books of a type that is no resource of its own, such as Scale. */
export const ownershipOfType = (
  { clock }: ServerContext,
  { groupVersion, kind, codec }: Expected,
  resetFields: ResetFields = {},
  versions?: Versions,
): FieldOwnership => new FieldOwnership(codec.structure, { groupVersion, kind, empty: codec.empty, resetFields, clock, ...(versions ? { versions } : {}) });

/** Entries of managedFields that were written through another version of the same objects. */
function versionsOf({ resources }: ServerContext, resource: AnyResource): Versions {
  const sibling = (apiVersion: string): AnyResource | undefined =>
    resources.all.find((each) => each.shelf === resource.shelf && each.groupVersion === apiVersion);
  return {
    structureOf: (apiVersion) => sibling(apiVersion)?.codec.structure,
    convert(object, apiVersion) {
      const stored = toHub(resource, object as unknown as DraftObject);
      return (sibling(apiVersion)?.kindRules.hub?.fromHub(stored as KubeObject) ?? stored) as unknown as JsonObject;
    },
  };
}

/** Notes in the draft what the caller has set or changed. `live` is undefined for a new object. */
export function trackFields(context: ServerContext, { resource, subresource, fieldManager }: Writing, live: KubeObject | undefined, draft: DraftObject): void {
  const shown = withoutEmpties(resource.codec.type, draft as unknown as JsonObject, 'json');
  // An empty list of them asks to forget them.
  const { managedFields: sent } = draft.metadata;
  const asked = sent && !sent.length ? { ...shown, metadata: { ...(shown['metadata'] as JsonObject), managedFields: [] } } : shown;
  const written = ownershipOf(context, resource).update(live as JsonObject | undefined, asked, fieldManager, subresource);
  const { managedFields } = written['metadata'] as { managedFields?: unknown };
  if (managedFields === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields as never;
}

/** Whether a write would change anything but the times in managedFields: then nothing is written. */
export function sameButForTimes(draft: DraftObject, stored: KubeObject): boolean {
  return jsonEqual(withTimesOf(stored as unknown as JsonObject, draft as unknown as JsonObject), stored);
}
