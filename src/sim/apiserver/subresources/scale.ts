// The scale of a workload: how many replicas, and by which labels they are found. Models kubernetes/pkg/registry/apps/deployment/storage (ScaleREST)
import { codecOf } from '../../resources/codec.ts';
import { fieldPath } from '../../../kube/machinery/field-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, internalError, invalid, unsupported } from '../../../kube/machinery/status-error.ts';
import type { AnyResource, ScaleFields } from '../../resources/descriptor.ts';
import type { DraftObject, ServerContext } from '../context.ts';
import { managedFieldsOfScale, managedFieldsOfScaled } from '../fieldmanager/scale.ts';
import { callOf, type SpecialHandler } from '../handlers.ts';
import { ownershipOfType } from '../operations/managed-fields.ts';
import { readObject } from '../operations/read.ts';
import { updateObject } from '../operations/update.ts';
import { applyPatchTo } from '../patch.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import { decodeAs, decodeBody, type Expected } from '../serializer/body.ts';

const SCALE: Expected = { codec: codecOf('io.k8s.api.autoscaling.v1.Scale'), kind: 'Scale', groupVersion: 'autoscaling/v1' };
interface ScaleDraft {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly resourceVersion?: string; readonly managedFields?: JsonValue };
  readonly spec?: { readonly replicas?: number };
}

function scaleOf(fields: ScaleFields<KubeObject>, object: KubeObject): JsonObject {
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const missing = fields.missing?.(object);
  if (missing !== undefined) throw internalError(missing);
  const replicas = fields.specReplicas(object);
  const selector = fields.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: fields.statusReplicas(object), ...(selector ? { selector } : {}) },
  };
}

const fieldsOf = ({ kindRules, resource }: AnyResource): ScaleFields<KubeObject> => {
  if (!kindRules.scale) throw unsupported(`${resource}/scale`);
  return kindRules.scale;
};

async function get(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  return { kind: 'other', code: 200, value: scaleOf(fieldsOf(request.resource), readObject(context, callOf(request))) };
}

const DEFAULT_PATH = ['spec', 'replicas'];

/** The Scale that the request makes of the one there is, with whom its replicas belong to. */
function scaled(context: ServerContext, request: ResourceRequest, live: JsonObject): JsonObject {
  const { verb, body, fieldManager, fieldValidation, force = false, patchKind = 'merge', warn } = request;
  const ownership = ownershipOfType(context, SCALE);
  if (verb === 'patch' && patchKind === 'apply') {
    if (!isJsonObject(body)) throw badRequest('error decoding YAML: the body of an apply patch must be an object');
    return decodeAs(SCALE, ownership.apply(live, body, { manager: fieldManager, subresource: 'scale', force }), fieldValidation, warn);
  }
  const next =
    verb === 'patch' && patchKind !== 'apply'
      ? decodeAs(SCALE, applyPatchTo(patchKind, live, body ?? {}, SCALE.codec), fieldValidation, warn)
      : decodeBody(SCALE, body, fieldValidation, warn);
  return ownership.update(live, next, fieldManager, 'scale');
}

async function write(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const { resource, verb } = request;
  const fields = fieldsOf(resource);
  const versions = { groupVersion: resource.groupVersion, replicasOf: () => fieldPath(...(fields.replicasPath ?? DEFAULT_PATH)) };
  const change = (old: KubeObject): JsonObject => {
    const parent = old.metadata.managedFields as JsonValue | undefined;
    const live = scaleOf(fields, old);
    const scale = scaled(context, request, {
      ...live,
      metadata: { ...(live['metadata'] as JsonObject), managedFields: managedFieldsOfScale(parent, versions) },
    });
    const { metadata, spec } = scale as ScaleDraft;
    if (metadata?.name && metadata.name !== request.name)
      throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
    const replicas = spec?.replicas ?? 0;
    if (replicas < 0 && !fields.isUnchecked)
      throw invalid({ group: 'autoscaling', kind: 'Scale' }, request.name, [
        { field: 'spec.replicas', reason: 'FieldValueInvalid', detail: `Invalid value: ${replicas}: must be greater than or equal to 0` },
      ]);
    const draft = structuredClone(old) as DraftObject;
    fields.setReplicas(draft as never, replicas);
    draft.metadata.resourceVersion = verb === 'update' ? (metadata?.resourceVersion ?? '') : '';
    const managedFields = managedFieldsOfScaled(parent, metadata?.managedFields, versions);
    if (managedFields) draft.metadata.managedFields = managedFields as never;
    else delete draft.metadata.managedFields;
    return draft as unknown as JsonObject;
  };
  // The object is updated as a whole: its strategy sees a change of the main resource.
  const { object } = await updateObject(context, { ...callOf(request), subresource: '' }, change, { managed: true });
  return { kind: 'other', code: 200, value: scaleOf(fields, object) };
}

/** Of every kind that has a scale, custom resources too. */
export const scaleHandler: SpecialHandler = { get, update: write, patch: write };
