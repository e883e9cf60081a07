// Create: defaults, admission, strategy, validation, then the store. Models kubernetes/staging/src/k8s.io/apiserver/pkg/registry/rest/create.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { alreadyExists, badRequest, invalid, StatusError } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { decode } from '../../resources/decode.ts';
import { validateMetadata } from '../../resources/metadata.ts';
import { RevisionConflict } from '../../storage/store.ts';
import { admit, asDraft, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { present, storeKey, toStored } from './present.ts';

const LONGEST_GENERATED_BASE = 58;
const NAME_TRIES = 8;

/** Fills in what the server knows about a new object, and checks it against the path. */
function begin(call: Call, draft: DraftObject): void {
  const { resource, namespace, name } = call;
  draft.apiVersion = resource.groupVersion;
  draft.kind = resource.kind;
  if (resource.namespaced) {
    if (draft.metadata.namespace && draft.metadata.namespace !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    draft.metadata.namespace = namespace;
  }
  if (name && draft.metadata.name && draft.metadata.name !== name)
    throw badRequest(`the name of the object (${draft.metadata.name}) does not match the name on the URL (${name})`);
}

function prepare(context: ServerContext, { resource }: Call, draft: DraftObject): void {
  const { clock, random } = context;
  const rules = resource.kindRules;
  const { metadata } = draft;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.resourceVersion;
  delete metadata.generation;
  metadata.uid = random.uuid();
  metadata.creationTimestamp = formatTime(clock.now());
  if (rules.generation) metadata.generation = 1;
  if (!metadata.name && metadata.generateName) metadata.name = metadata.generateName.slice(0, LONGEST_GENERATED_BASE) + random.suffix(5);
  if (resource.facts.subresources?.['status'] && !rules.statusOnCreate) draft.status = decode(resource.schema, {}).value['status'] as object;
  rules.prepareCreate?.(draft as never);
}

export async function createObject(context: ServerContext, call: Call, body: JsonObject): Promise<KubeObject> {
  const { resource } = call;
  const rules = resource.kindRules;
  const draft = asDraft(body);
  begin(call, draft);
  if (draft.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  rules.defaults?.(draft as never);
  await admit(context, 'mutate', { operation: 'CREATE', call, object: draft, old: undefined });
  const generated = !draft.metadata.name && Boolean(draft.metadata.generateName);
  prepare(context, call, draft);
  rules.defaults?.(draft as never);
  const errors = [...validateMetadata(draft.metadata, resource.namespaced, rules.names ?? 'dns-subdomain'), ...(rules.validate?.(draft) ?? [])];
  if (errors.length) throw invalid(resource, draft.metadata.name ?? '', errors);
  for (const text of rules.warnings?.(draft) ?? []) call.warn(text);
  await admit(context, 'validate', { operation: 'CREATE', call, object: draft, old: undefined });
  await context.allocations[resource.shelf]?.prepare(call, draft, undefined);
  for (let tries = 1; ; tries++) {
    const name = draft.metadata.name ?? '';
    const key = storeKey(resource, call.namespace, name);
    if (context.store.get(resource.shelf, key)) {
      if (generated && tries < NAME_TRIES) {
        draft.metadata.name = (draft.metadata.generateName ?? '').slice(0, LONGEST_GENERATED_BASE) + context.random.suffix(5);
        continue;
      }
      if (generated)
        throw new StatusError({
          code: 409,
          reason: 'AlreadyExists',
          message: `${resource.resource} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
          details: { name, kind: resource.resource, retryAfterSeconds: 1 },
        });
      throw alreadyExists(resource, name);
    }
    if (call.dryRun) return present(resource, toStored(resource, draft));
    try {
      const { object, durable } = context.store.put(resource.shelf, key, 0, (revision) => {
        draft.metadata.resourceVersion = String(revision);
        return toStored(resource, draft);
      });
      await durable;
      await context.allocations[resource.shelf]?.stored(call, object);
      return present(resource, object);
    } catch (error) {
      if (error instanceof RevisionConflict) throw alreadyExists(resource, name);
      throw error;
    }
  }
}
