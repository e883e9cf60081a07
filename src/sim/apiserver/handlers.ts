// The generic handlers: every verb on every resource, and the subresources that all kinds have alike (status, scale).
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { badRequest, methodNotSupported, notFound, StatusError, unsupported } from '../../kube/machinery/status-error.ts';
import type { AnyResource, ScaleFields } from '../resources/descriptor.ts';
import { decodeAs, decodeBody, type Expected } from './serializer/body.ts';
import type { Call, DraftObject, ServerContext } from './context.ts';
import { createObject } from './operations/create.ts';
import { deleteCollection, deleteObject, type DeleteResult } from './operations/delete.ts';
import { listObjects, readObject } from './operations/read.ts';
import { updateObject } from './operations/update.ts';
import { applyPatchTo, applyUnsupported } from './patch.ts';
import type { Answer, FieldValidation, ResourceRequest } from './request.ts';

/** A subresource or virtual kind that has its own ways. */
export interface SpecialHandler {
  readonly create?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly get?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly update?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly patch?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
}
/** Keys: `pods/binding`, `namespaces/finalize`, `selfsubjectaccessreviews.authorization.k8s.io`. */
export type SpecialHandlers = Readonly<Record<string, SpecialHandler>>;

export const callOf = ({ user, resource, subresource, namespace, name, dryRun, fieldManager, warn }: ResourceRequest): Call => ({
  user,
  resource,
  subresource,
  namespace,
  name,
  dryRun,
  fieldManager,
  warn,
});
export const expectedOf = (resource: AnyResource): Expected => ({ schema: resource.schema, kind: resource.kind, groupVersion: resource.groupVersion });

/** Serves one request that is authorized already. */
export async function handle(context: ServerContext, special: SpecialHandlers, request: ResourceRequest): Promise<Answer> {
  const { resource, subresource, verb } = request;
  if (resource.kindRules.deprecated) request.warn(resource.kindRules.deprecated);
  const own = special[subresource ? `${resource.shelf}/${subresource}` : resource.shelf];
  const method = own?.[verb as keyof SpecialHandler];
  if (method) return method(context, request);
  if (own || resource.kindRules.virtual) throw methodNotSupported(resource, verb);
  if (subresource === 'scale') return handleScale(context, request);
  if (subresource && subresource !== 'status') {
    if (!resource.facts.subresources?.[subresource]) throw notFound({ group: '', resource: '' }, '');
    throw unsupported(`${resource.resource}/${subresource}`);
  }
  return handleMain(context, request);
}

async function handleMain(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const { resource, body, verb, fieldValidation, warn } = request;
  const call = callOf(request);
  switch (verb) {
    case 'get':
      return { kind: 'object', code: 200, object: readObject(context, call) };
    case 'list':
      return { kind: 'list', code: 200, list: listObjects(context, call, request.list) };
    case 'create':
      return { kind: 'object', code: 201, object: await createObject(context, call, decodeBody(expectedOf(resource), body, fieldValidation, warn)) };
    case 'update': {
      const { object, created } = await updateObject(context, call, () => decodeBody(expectedOf(resource), body, fieldValidation, warn), { mayCreate: true });
      return { kind: 'object', code: created ? 201 : 200, object };
    }
    case 'patch': {
      if (request.patchKind === 'apply') throw applyUnsupported();
      const { object } = await updateObject(context, call, (old) => patched(request, old as unknown as JsonObject));
      return { kind: 'object', code: 200, object };
    }
    case 'delete':
      return deletionAnswer(request, await deleteObject(context, call, request.deletion));
    case 'deletecollection': {
      const items = await deleteCollection(context, call, request.deletion, request.list);
      return { kind: 'list', code: 200, list: { items, resourceVersion: String(context.store.revision), continue: undefined, remainingItemCount: undefined } };
    }
    default:
      throw methodNotSupported(resource, verb);
  }
}

/** The object a patch makes; a change of identity inside the patch is a client's mistake. */
function patched({ resource, patchKind, body, fieldValidation, warn }: ResourceRequest, old: JsonObject): JsonObject {
  if (patchKind === undefined || body === undefined)
    throw badRequest(
      'a patch needs a body and one of the content types application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
    );
  const result = applyPatchTo(patchKind, old, body, resource.schema);
  const draft =
    patchKind === 'strategic' ? decodePatched(resource, result, body, fieldValidation, warn) : decodeAs(expectedOf(resource), result, fieldValidation, warn);
  const before = old['metadata'];
  const after = draft['metadata'];
  // A patch that does not name a revision applies to whatever is there.
  if (isJsonObject(before) && isJsonObject(after) && after['resourceVersion'] === before['resourceVersion'] && !namesRevision(body))
    return { ...draft, metadata: { ...after, resourceVersion: '' } };
  return draft;
}
/** A strategic patch with a value of the wrong type is refused in words of its own. */
function decodePatched(resource: AnyResource, result: JsonObject, patch: JsonValue, validation: FieldValidation, warn: (text: string) => void): JsonObject {
  try {
    return decodeAs(expectedOf(resource), result, validation, warn);
  } catch (error) {
    const type = error instanceof StatusError ? /cannot unmarshal \w+ into Go struct field \S+ of type (\w+)$/.exec(error.message)?.[1] : undefined;
    if (!type) throw error;
    throw new StatusError({
      code: 422,
      reason: 'Invalid',
      message: ` "" is invalid: patch: Invalid value: ${JSON.stringify(goMap(patch))}: unrecognized type: ${type}`,
      details: {
        causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(goMap(patch))}: unrecognized type: ${type}`, field: 'patch' }],
      },
    });
  }
}

/** `map[spec:map[replicas:two]]`: how Go prints a map. */
function goMap(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => goMap(each)).join(' ')}]`;
  if (isJsonObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goMap(value[key])}`)
      .join(' ')}]`;
  return value === null || value === undefined ? '<nil>' : String(value);
}

const namesRevision = (body: unknown): boolean => isJsonObject(body) && isJsonObject(body['metadata']) && Boolean(body['metadata']['resourceVersion']);

function deletionAnswer({ resource }: ResourceRequest, { object, gone }: DeleteResult): Answer {
  if (!gone) return { kind: 'object', code: 200, object };
  return {
    kind: 'other',
    code: 200,
    value: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name: object.metadata.name ?? '',
        ...(resource.group ? { group: resource.group } : {}),
        kind: resource.resource,
        uid: object.metadata.uid ?? '',
      },
    },
  };
}

// --- scale ------------------------------------------------------------------------------------------------------------
const SCALE: Expected = { schema: 'io.k8s.api.autoscaling.v1.Scale', kind: 'Scale', groupVersion: 'autoscaling/v1' };

function scaleOf(fields: ScaleFields<KubeObject>, object: KubeObject): JsonObject {
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const replicas = fields.specReplicas(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: fields.statusReplicas(object), selector: fields.selector(object) },
  };
}

async function handleScale(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const { resource, verb, body, fieldValidation, warn } = request;
  const fields = resource.kindRules.scale;
  if (!fields) throw notFound({ group: '', resource: '' }, '');
  const call = callOf(request);
  if (verb === 'get') return { kind: 'other', code: 200, value: scaleOf(fields, readObject(context, call)) };
  if (verb !== 'update' && verb !== 'patch') throw methodNotSupported(resource, verb);
  const { object } = await updateObject(context, { ...call, subresource: '' }, (old) => {
    const scale =
      verb === 'update'
        ? decodeBody(SCALE, body, fieldValidation, warn)
        : decodeAs(SCALE, applyPatchTo(request.patchKind ?? 'merge', scaleOf(fields, old), body ?? {}, SCALE.schema), fieldValidation, warn);
    const spec = scale['spec'] as { readonly replicas?: number } | undefined;
    const replicas = spec?.replicas ?? 0;
    if (replicas < 0)
      throw badRequest(
        `Scale.autoscaling ${JSON.stringify(request.name)} is invalid: spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
      );
    const draft = structuredClone(old) as DraftObject;
    fields.setReplicas(draft as never, replicas);
    const revision = (scale['metadata'] as { readonly resourceVersion?: string } | undefined)?.resourceVersion ?? '';
    draft.metadata.resourceVersion = verb === 'update' ? revision : '';
    return draft as unknown as JsonObject;
  });
  return { kind: 'other', code: 200, value: scaleOf(fields, object) };
}
