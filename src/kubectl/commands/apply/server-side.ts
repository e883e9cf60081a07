// Applying by the server's merge; fields that were applied from here before pass over to the new manager.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go and client-go/util/csaupgrade
import type { ManagedFieldsEntry } from '../../../kube/api/meta-v1.ts';
import { fieldPath } from '../../../kube/machinery/field-path.ts';
import { hasPath, union } from '../../../kube/machinery/field-set.ts';
import { parseFieldsV1 } from '../../../kube/machinery/fields-v1.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { isConflict, isStatusError } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ResourceClient, WriteQuery } from '../../client/resource-client.ts';
import { CommandError } from '../../failures.ts';
import type { Kubectl } from '../../kubectl.ts';
import { metadataOf, textField, type Info } from '../../resources/info.ts';
import { LAST_APPLIED, lastAppliedOf } from '../../writes/last-applied.ts';

/** The manager under which kubectl applies on the server where none is given. */
export const SERVER_SIDE_MANAGER = 'kubectl';
/** The manager that goes on owning the annotation. */
const ANNOTATION_MANAGER = 'kubectl-last-applied';
const ANNOTATION_PATH = fieldPath('metadata', 'annotations', LAST_APPLIED);
const RETRIES = 5;

export interface ServerSideApply {
  readonly write: WriteQuery & { readonly force: boolean };
  readonly subresource: string;
  readonly isDryRun: boolean;
}

/** Applies what `info` holds and takes over what the server answers. */
export async function applyServerSide(info: Info, kubectl: Kubectl, { write, subresource, isDryRun }: ServerSideApply): Promise<void> {
  const { client } = info;
  if (!client) throw new Error('no server to apply on');
  const wanted = info.content;
  const place = { namespace: info.namespace, name: info.name, subresource };
  const apply = async (): Promise<void> => info.refresh(await client.patch(place, 'apply', wanted, write).catch(refuse));
  await apply();
  if (isDryRun) return;
  try {
    await keepAnnotation(info, client, write);
  } catch (error) {
    kubectl.complain(`Warning: failed to preserve ${LAST_APPLIED} annotation: ${messageOf(error)}\n`);
    return;
  }
  let hasMoved = false;
  try {
    hasMoved = await moveOwnership(info, client, write);
  } catch (error) {
    kubectl.complain(
      `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageOf(error)}\n`,
    );
  }
  if (hasMoved) await apply();
}

function refuse(error: unknown): never {
  if (isStatusError(error) && error.code === 415) throw new CommandError(`Server-side apply not available on the server: (${error.message})`);
  if (!isConflict(error)) throw error;
  throw new CommandError(`${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`);
}

const managersOf = (object: JsonObject): readonly ManagedFieldsEntry[] =>
  (metadataOf(object)['managedFields'] ?? []) as unknown as readonly ManagedFieldsEntry[];

function ownersOfAnnotation(object: JsonObject, operation: 'Apply' | 'Update'): readonly ManagedFieldsEntry[] {
  return managersOf(object).filter(
    (entry) => entry.operation === operation && (entry.subresource ?? '') === '' && hasPath(parseFieldsV1(entry.fieldsV1), ANNOTATION_PATH),
  );
}

/** Who applied from here before may do so again: the annotation stays with a manager of its own. */
async function keepAnnotation(info: Info, client: ResourceClient, { fieldManager, dryRun }: WriteQuery): Promise<void> {
  const text = lastAppliedOf(info.content);
  if (fieldManager !== SERVER_SIDE_MANAGER || text === undefined || ownersOfAnnotation(info.content, 'Apply').length) return;
  const { apiVersion = null, kind = null } = info.content;
  const alone: JsonObject = { apiVersion, kind, metadata: { name: info.name, namespace: info.namespace, annotations: { [LAST_APPLIED]: text } } };
  info.refresh(await client.patch({ namespace: info.namespace, name: info.name }, 'apply', alone, { fieldManager: ANNOTATION_MANAGER, dryRun }));
}

/** True when fields have passed over. A change in between is looked at anew. */
async function moveOwnership(info: Info, client: ResourceClient, { fieldManager = SERVER_SIDE_MANAGER }: WriteQuery): Promise<boolean> {
  const before = new Set(ownersOfAnnotation(info.content, 'Update').map(({ manager = '' }) => manager));
  if (!before.size) return false;
  const place = { namespace: info.namespace, name: info.name };
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) info.refresh(await client.get(place));
    const managedFields = movedManagers(managersOf(info.content), before, fieldManager);
    if (!managedFields) return false;
    const patch: JsonValue = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields as unknown as JsonValue },
      { op: 'replace', path: '/metadata/resourceVersion', value: textField(metadataOf(info.content), 'resourceVersion') },
    ];
    try {
      info.refresh(await client.patch(place, 'json', patch));
      return true;
    } catch (error) {
      if (!isConflict(error) || attempt + 1 >= RETRIES) throw error;
    }
  }
}

/** The entries with those of the old managers joined to the new one's; undefined where there are none. */
function movedManagers(entries: readonly ManagedFieldsEntry[], old: ReadonlySet<string>, manager: string): readonly ManagedFieldsEntry[] | undefined {
  const isOld = ({ manager: name = '', operation, subresource = '' }: ManagedFieldsEntry): boolean =>
    operation === 'Update' && subresource === '' && old.has(name);
  const own = entries.findIndex((entry) => entry.manager === manager && entry.operation === 'Apply' && (entry.subresource ?? '') === '');
  const at = own >= 0 ? own : entries.findIndex(isOld);
  const target = entries[at];
  if (!target || !entries.some(isOld)) return undefined;
  const fields = entries
    .filter((entry) => isOld(entry) && entry.apiVersion === target.apiVersion)
    .reduce((set, entry) => union(set, parseFieldsV1(entry.fieldsV1)), parseFieldsV1(target.fieldsV1));
  const joined: ManagedFieldsEntry = { ...target, manager, operation: 'Apply', fieldsV1: fields as unknown as JsonObject };
  return entries.flatMap((entry, i) => (i === at ? [joined] : isOld(entry) ? [] : [entry]));
}
