// The scale of a workload: how many replicas, and by which labels they are found. Models kubernetes/pkg/registry/apps/deployment/storage (ScaleREST)
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { groupResourceOf } from '../../../kube/machinery/object.ts';
import { invalid, unsupported } from '../../../kube/machinery/status-error.ts';
import type { AnyResource, ScaleFields } from '../../resources/descriptor.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import { asDraft, type ServerContext } from '../context.ts';
import { callOf, type SpecialHandlers } from '../handlers.ts';
import { readObject } from '../operations/read.ts';
import { updateObject } from '../operations/update.ts';
import { applyPatchTo } from '../patch.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import { decodeAs, decodeBody, type Expected } from '../serializer/body.ts';

const SCALE: Expected = { schema: 'io.k8s.api.autoscaling.v1.Scale', kind: 'Scale', groupVersion: 'autoscaling/v1' };
interface ScaleDraft {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: number };
}

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

const fieldsOf = ({ kindRules, resource }: AnyResource): ScaleFields<KubeObject> => {
  if (!kindRules.scale) throw unsupported(`${resource}/scale`);
  return kindRules.scale;
};

async function get(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  return { kind: 'other', code: 200, value: scaleOf(fieldsOf(request.resource), readObject(context, callOf(request))) };
}

async function write(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const { resource, verb, body, fieldValidation, warn } = request;
  const fields = fieldsOf(resource);
  // The object is updated as a whole: its strategy sees a change of the main resource.
  const { object } = await updateObject(context, { ...callOf(request), subresource: '' }, (old) => {
    const scale = (
      verb === 'update'
        ? decodeBody(SCALE, body, fieldValidation, warn)
        : decodeAs(SCALE, applyPatchTo(request.patchKind ?? 'merge', scaleOf(fields, old), body ?? {}, SCALE.schema), fieldValidation, warn)
    ) as ScaleDraft;
    const replicas = scale.spec?.replicas ?? 0;
    if (replicas < 0)
      throw invalid({ group: 'autoscaling', kind: 'Scale' }, request.name, [
        { field: 'spec.replicas', reason: 'FieldValueInvalid', detail: `Invalid value: ${replicas}: must be greater than or equal to 0` },
      ]);
    const draft = structuredClone(old) as unknown as JsonObject;
    fields.setReplicas(draft as never, replicas);
    asDraft(draft).metadata.resourceVersion = verb === 'update' ? (scale.metadata?.resourceVersion ?? '') : '';
    return draft;
  });
  return { kind: 'other', code: 200, value: scaleOf(fields, object) };
}

/** Of every kind that has a scale. */
export function scaleHandlers({ all }: ResourceRegistry): SpecialHandlers {
  const scalable = all.filter(({ facts }) => facts.subresources?.['scale']);
  return Object.fromEntries(scalable.map((resource) => [`${groupResourceOf(resource)}/scale`, { get, update: write, patch: write }]));
}
