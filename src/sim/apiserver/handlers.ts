// The generic handlers: every verb on every resource, and the subresources that all kinds have alike (status, scale).
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { badRequest, conflict, invalid, methodNotSupported, noSuchMethod, noSuchPath, unsupported } from '../../kube/machinery/status-error.ts';
import type { AnyResource } from '../resources/descriptor.ts';
import type { Verb } from '../resources/facts.ts';
import { targetOf } from './admission/plugin.ts';
import { decodeAs, decodeBody, type Expected } from './serializer/body.ts';
import type { Call, ServerContext } from './context.ts';
import { createObject } from './operations/create.ts';
import { deleteCollection, deleteObject, type DeleteResult } from './operations/delete.ts';
import { listObjects, readObject } from './operations/read.ts';
import { updateObject } from './operations/update.ts';
import { ownershipOf } from './operations/managed-fields.ts';
import { namesRevision, patchedObject } from './patched-object.ts';
import { forbiddenValue, requiredValue, type FieldError } from '../../kube/machinery/field-errors.ts';
import type { Answer, ResourceRequest } from './request.ts';

/** A subresource or virtual kind that has its own ways. */
export interface SpecialHandler {
  readonly create?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly get?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly list?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly update?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
  readonly patch?: (context: ServerContext, request: ResourceRequest) => Promise<Answer>;
}
// Keys: `pods/binding`, `*/scale` for whatever has one, `selfsubjectaccessreviews.authorization.k8s.io`.
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
export const expectedOf = (resource: AnyResource): Expected => ({ codec: resource.codec, kind: resource.kind, groupVersion: resource.groupVersion });

/** Which verbs need a name, and which must not have one. */
const NAMED: Readonly<Record<string, boolean>> = {
  get: true,
  update: true,
  patch: true,
  delete: true,
  create: false,
  list: false,
  deletecollection: false,
  watch: false,
};

export type Route = Pick<ResourceRequest, 'resource' | 'subresource' | 'verb' | 'namespace' | 'name'>;

/** Throws what the real server answers to a path or method that it has not. */
export function checkVerb({ resource, subresource, verb, namespace, name }: Route): void {
  const { facts } = resource;
  if (subresource) {
    const own = facts.subresources && Object.hasOwn(facts.subresources, subresource) ? facts.subresources[subresource] : undefined;
    if (!own || (resource.namespaced && !namespace)) throw noSuchPath();
    if (!own.verbs.includes(verb as Verb)) throw noSuchMethod();
    return;
  }
  if (resource.kindRules.virtual && name) throw noSuchPath();
  if (!facts.verbs.includes(verb as Verb) || (verb !== 'watch' && Boolean(name) !== NAMED[verb])) throw noSuchMethod();
  if (resource.namespaced && !namespace && verb !== 'list' && verb !== 'watch') throw name || facts.verbs.includes('list') ? noSuchMethod() : noSuchPath();
}

/** Serves one request that is authorized already. */
export async function handle(context: ServerContext, special: SpecialHandlers, request: ResourceRequest): Promise<Answer> {
  const { resource, subresource, verb } = request;
  checkVerb(request);
  if (resource.kindRules.deprecated) request.warn(resource.kindRules.deprecated);
  const method = (special[targetOf(request)] ?? special[`*/${subresource}`])?.[verb as keyof SpecialHandler];
  if (method) return method(context, request);
  const isUpdate = verb === 'get' || verb === 'update' || verb === 'patch';
  if (subresource && subresource !== 'status' && !(resource.kindRules.subresources?.[subresource] && isUpdate))
    throw unsupported(`${resource.resource}/${subresource}`);
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
      const { object, created } = await updateObject(context, call, () => decodeBody(expectedOf(resource), body, fieldValidation, warn), {
        mayCreate: true,
        isPut: true,
      });
      return { kind: 'object', code: created ? 201 : 200, object };
    }
    case 'patch': {
      checkPatchOptions(request);
      if (request.patchKind === 'apply') return applied(context, request);
      const { object } = await updateObject(context, call, (old) => patchedObject(request, old as unknown as JsonObject));
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

function checkPatchOptions({ patchKind, fieldManager, force }: ResourceRequest): void {
  const errors: FieldError[] = [];
  if (patchKind === 'apply' && !fieldManager) errors.push(requiredValue('fieldManager', 'is required for apply patch'));
  if (patchKind !== 'apply' && force !== undefined) errors.push(forbiddenValue('force', 'may not be specified for non-apply patch'));
  if (errors.length) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors);
}

/** Server-side apply: what the manager says, merged with what others have said; a missing object is created. */
async function applied(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const { resource, subresource, body, force = false, name, fieldValidation, warn } = request;
  const call = callOf(request);
  if (!isJsonObject(body)) throw badRequest('error decoding YAML: the body of an apply patch must be an object');
  // Read for its faults alone: what is applied is what was said, without the defaults that reading fills in.
  decodeAs(expectedOf(resource), body, fieldValidation, warn);
  const { object, created } = await updateObject(
    context,
    call,
    (old) => {
      const live = old.metadata.uid === undefined ? undefined : (old as unknown as JsonObject);
      const uid = isJsonObject(body['metadata']) ? body['metadata']['uid'] : undefined;
      if (!live && uid) throw conflict(resource, name, `uid mismatch: the provided object specified uid ${String(uid)}, and no existing object was found`);
      const merged = ownershipOf(context, resource).apply(live, body, { manager: request.fieldManager, subresource, force });
      const draft = decodeAs(expectedOf(resource), merged, 'Ignore', warn);
      // Applying is about fields, not about a revision, unless it names one.
      return namesRevision(body) || !isJsonObject(draft['metadata']) ? draft : { ...draft, metadata: { ...draft['metadata'], resourceVersion: '' } };
    },
    { mayCreate: 'always', managed: true },
  );
  return { kind: 'object', code: created ? 201 : 200, object };
}

function deletionAnswer({ resource }: ResourceRequest, { object, gone }: DeleteResult): Answer {
  if (!gone || resource.facts.returnsDeleted) return { kind: 'object', code: 200, object };
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
