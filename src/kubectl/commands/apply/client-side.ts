// Applying by a patch that is made here, of what was applied last, what is wanted and what the server has.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go
import { parseJsonText } from '../../../kube/machinery/json-text.ts';
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { isConflict, isNotFound, isStatusError } from '../../../kube/machinery/status-error.ts';
import { threeWayPatch } from '../../../kube/machinery/strategic-diff.ts';
import { PatchError } from '../../../kube/machinery/strategic-merge.ts';
import { delay } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { isBuiltInGroup } from '../../client/built-in-groups.ts';
import type { ResourceClient, WriteQuery } from '../../client/resource-client.ts';
import { CommandError, withSource } from '../../failures.ts';
import type { Kubectl } from '../../kubectl.ts';
import { groupKindOf, type Info } from '../../resources/info.ts';
import { untilDeleted, A_WEEK_MS } from '../../resources/until-deleted.ts';
import { lastAppliedOf } from '../../writes/last-applied.ts';
import { threeWayMergePatch } from '../../writes/merge-patch.ts';

/** How often a patch is made anew when somebody else was faster, and how long to wait from the second time on. */
const RETRIES = 5;
const BACK_OFF_MS = 1000;

export interface ClientSidePatch {
  /** With its last-applied annotation. */
  readonly modified: JsonObject;
  readonly write: WriteQuery;
  /** Delete and make anew what cannot be changed. */
  readonly force: boolean;
  readonly deletion: JsonObject;
  readonly timeoutMs: number;
}

export interface Patched {
  readonly patch: JsonObject;
  readonly object: JsonObject;
}
/** A refusal of the server, with the patch that it refused. */
export class PatchRefused extends Error {
  readonly patch: JsonObject;
  constructor(patch: JsonObject, cause: unknown) {
    super(messageOf(cause), { cause });
    this.patch = patch;
  }
}

/** Brings the object on the server, which `info` holds, to what is wanted. Rejects with PatchRefused. */
export async function patchClientSide(info: Info, kubectl: Kubectl, wanted: ClientSidePatch): Promise<Patched> {
  const { client } = info;
  if (!client) throw new Error('no server to patch on');
  let current = info.content;
  for (let attempt = 0; ; attempt++) {
    const patch = await patchOf(current, wanted.modified, kubectl);
    if (!Object.keys(patch).length) return { patch, object: current };
    try {
      const type = isBuiltInGroup(groupKindOf(wanted.modified).group) ? 'strategic' : 'merge';
      return { patch, object: await client.patch({ namespace: info.namespace, name: info.name }, type, patch, wanted.write) };
    } catch (error) {
      if (isConflict(error) && attempt < RETRIES) {
        if (attempt > 0) await delay(kubectl.ports.clock, BACK_OFF_MS);
        current = await client.get({ namespace: info.namespace, name: info.name });
        continue;
      }
      if (wanted.force && (isConflict(error) || isStatusError(error, 'Invalid')))
        return { patch: wanted.modified, object: await recreate(info, client, current, kubectl, wanted) };
      throw new PatchRefused(patch, withSource('patching', info.source, error));
    }
  }
}

/** The patch by the server's schema where it has one, a JSON merge patch for types that kubectl does not know. */
export async function patchOf(current: JsonObject, modified: JsonObject, kubectl: Kubectl): Promise<JsonObject> {
  const last = lastAppliedOf(current);
  const parsed: unknown = last === undefined ? {} : parseJsonText(last);
  const original = isJsonObject(parsed) ? parsed : {};
  const kind = groupKindOf(modified);
  if (!isBuiltInGroup(kind.group)) {
    const patch = threeWayMergePatch({ original, modified, current });
    const metadata = patch['metadata'];
    if (patch['apiVersion'] !== undefined || patch['kind'] !== undefined || (isJsonObject(metadata) && metadata['name'] !== undefined))
      throw new CommandError('At least one of apiVersion, kind and name was changed');
    return patch;
  }
  const document = await (await kubectl.openApi()).document(kind.group ? `${kind.group}/${kind.version}` : kind.version);
  const name = document?.nameOf(kind);
  try {
    return threeWayPatch({ original, modified, current }, name === undefined ? undefined : document?.mergeSchema(name));
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw new CommandError(
      `creating patch with:\noriginal:\n${last ?? ''}\nmodified:\n${JSON.stringify(modified)}\ncurrent:\n${JSON.stringify(current)}\nfor:: ${error.message}`,
    );
  }
}

async function recreate(
  info: Info,
  client: ResourceClient,
  before: JsonObject,
  kubectl: Kubectl,
  { modified, write, deletion, timeoutMs }: ClientSidePatch,
): Promise<JsonObject> {
  const place = { namespace: info.namespace };
  await client.delete({ ...place, name: info.name }, deletion).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  await untilDeleted(info, kubectl, timeoutMs || A_WEEK_MS);
  try {
    return await client.create(place, modified, write);
  } catch (error) {
    try {
      await client.create(place, withoutUid(before), write);
    } catch (again) {
      throw new CommandError(
        `An error occurred force-replacing the existing object with the newly provided one:\n\n${messageOf(error)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${messageOf(again)}`,
      );
    }
    throw error;
  }
}

/** What a new object must not say of itself. */
function withoutUid(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  if (!isJsonObject(metadata)) return object;
  const { uid: _uid, ...kept } = metadata;
  return { ...object, metadata: kept };
}
