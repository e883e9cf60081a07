// Create: defaults, admission, strategy, validation, then the store.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go and registry/rest/create.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { alreadyExists, badRequest, forbidden, invalid, StatusError } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { hubOf, strategyOf } from '../../resources/descriptor.ts';
import { validateMetadata } from '../../resources/validation/object-meta.ts';
import { RevisionConflict } from '../../storage/store.ts';
import { admit } from '../admission/plugin.ts';
import { asDraft, strategyContext, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { trackFields } from './managed-fields.ts';
import { present, storeKey, toHub } from './present.ts';
import { dedupeOwners, forgetEmpties, put, withAllocation } from './write.ts';

const LONGEST_GENERATED_BASE = 58;
const NAME_TRIES = 8;

/** Checks a new object against the path, and fills in what follows from that. */
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
  if (draft.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
}

/** What the system alone says of a new object. */
export function fillSystemFields({ clock, random }: ServerContext, { kindRules }: Call['resource'], { metadata }: DraftObject): void {
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.resourceVersion;
  metadata.uid = random.uuid();
  metadata.creationTimestamp = formatTime(clock.now());
  if (kindRules.generation) metadata.generation = 1;
}

/** Stores the object, under another generated name where the first one is taken. Rejects with StatusError 409. */
async function store(context: ServerContext, call: Call, draft: DraftObject, generated: boolean): Promise<KubeObject | undefined> {
  const { resource } = call;
  for (let tries = 1; ; tries++) {
    const name = draft.metadata.name ?? '';
    const key = storeKey(resource, call.namespace, name);
    if (!context.store.get(resource.shelf, key)) {
      if (call.dryRun) return undefined;
      try {
        return await put(context, resource, key, 0, draft);
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
    if (!generated) throw alreadyExists(resource, name);
    if (tries === NAME_TRIES)
      throw new StatusError({
        code: 409,
        reason: 'AlreadyExists',
        message: `${resource.resource} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
        details: { name, kind: resource.resource, retryAfterSeconds: 1 },
      });
    draft.metadata.name = generatedName(context, draft);
  }
}

function resetStatus(draft: DraftObject, empty: unknown): void {
  if (empty === undefined) delete draft.status;
  else draft.status = structuredClone(empty);
}

const generatedName = ({ random }: ServerContext, { metadata }: DraftObject): string =>
  (metadata.generateName ?? '').slice(0, LONGEST_GENERATED_BASE) + random.suffix(5);

export async function createObject(context: ServerContext, call: Call, body: JsonObject, managed = false): Promise<KubeObject> {
  const { resource } = call;
  const hub = hubOf(resource);
  const strategy = strategyOf(resource);
  const asked = asDraft(body);
  begin(call, asked);
  const { refusesCreation } = resource.kindRules;
  if (refusesCreation) throw forbidden(resource, asked.metadata.name ?? '', refusesCreation);
  resource.kindRules.defaults?.(asked as never);
  dedupeOwners(call, asked);
  if (!managed) trackFields(context, call, undefined, asked);
  const draft = toHub(resource, asked);
  await admit(context, 'admit', { operation: 'CREATE', call, object: draft, old: undefined });
  dedupeOwners(call, draft);
  context.guard(call, draft, undefined);
  const generated = !draft.metadata.name && Boolean(draft.metadata.generateName);
  fillSystemFields(context, hub, draft);
  if (generated) draft.metadata.name = generatedName(context, draft);
  const stored = await withAllocation(context, call, draft, undefined, async () => {
    const own = strategyContext(context, call);
    if (resource.facts.subresources?.['status'] && !strategy.statusOnCreate) resetStatus(draft, hub.codec.empty['status']);
    strategy.prepareForCreate?.(draft as never, own);
    const errors = [
      ...validateMetadata(draft.metadata, resource.namespaced, strategy.names ?? 'dns-subdomain', strategy.bareFinalizers),
      ...(strategy.validate?.(draft, own) ?? []),
    ];
    if (errors.length) throw invalid(resource, draft.metadata.name ?? '', errors);
    for (const text of strategy.warningsOnCreate?.(draft) ?? []) call.warn(text);
    await admit(context, 'validate', { operation: 'CREATE', call, object: draft, old: undefined });
    // What is read from the store has its defaults: admission and preparation may have brought parts that want some.
    forgetEmpties(resource, draft);
    strategy.defaults?.(draft as never);
    return store(context, call, draft, generated);
  });
  return present(resource, stored ?? draft);
}
