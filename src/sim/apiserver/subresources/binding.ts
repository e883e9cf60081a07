// Binding: a pod gets its node. Models kubernetes/pkg/registry/core/pod/storage/storage.go (BindingREST)
import { codecOf } from '../../resources/codec.ts';
import type { Binding, Pod } from '../../../kube/api/core-v1.ts';
import { conflict, internalError, invalid } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import { admit } from '../admission/plugin.ts';
import { asDraft, type Call, type ServerContext } from '../context.ts';
import { callOf, type SpecialHandlers } from '../handlers.ts';
import { changeAsServer } from '../operations/privileged.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import { decodeBody, type Expected } from '../serializer/body.ts';
import { success } from './success.ts';

const BINDING: Expected = { codec: codecOf('io.k8s.api.core.v1.Binding'), kind: 'Binding', groupVersion: 'v1' };
const KIND = { group: '', kind: 'Binding' };

async function bind(context: ServerContext, request: ResourceRequest, name: string): Promise<Answer> {
  const body = decodeBody(BINDING, request.body, request.fieldValidation, request.warn);
  const pods = context.resources.find('v1', 'pods');
  if (!pods) throw internalError('no pods are served');
  const call: Call = { ...callOf(request), resource: pods, subresource: 'binding', name };
  const admission = { operation: 'CREATE', call, object: asDraft(body), old: undefined } as const;
  await admit(context, 'admit', admission);
  const { target, metadata } = body as unknown as Binding;
  if (target.kind && target.kind !== 'Node')
    throw invalid(KIND, name, [
      {
        field: 'target.kind',
        reason: 'FieldValueNotSupported',
        detail: `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`,
      },
    ]);
  const nodeName = target.name;
  if (!nodeName) throw invalid(KIND, name, [{ field: 'target.name', reason: 'FieldValueRequired', detail: 'Required value' }]);
  await admit(context, 'validate', admission);
  await changeAsServer(context, call, (draft, stored) => {
    const old = stored as Pod;
    const refuse = (why: string): Error => conflict({ group: '', resource: 'pods/binding' }, name, why);
    if (metadata.uid && metadata.uid !== old.metadata.uid)
      throw conflict(pods, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
    if (old.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
    if (old.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(old.spec.nodeName)}`);
    if (old.spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
    const pod = draft as unknown as Mutable<Pod>;
    pod.spec.nodeName = nodeName;
    if (metadata.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
    if (metadata.labels) pod.metadata.labels = { ...pod.metadata.labels, ...metadata.labels };
    pod.status.conditions = [
      ...(pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
      {
        type: 'PodScheduled',
        status: 'True',
        lastProbeTime: null as never,
        lastTransitionTime: formatTime(context.clock.now()),
        ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
      },
    ];
  });
  return success(201);
}

const nameIn = ({ body }: ResourceRequest): string => (body as { readonly metadata?: { readonly name?: string } } | undefined)?.metadata?.name ?? '';

export const bindingHandlers: SpecialHandlers = {
  'pods/binding': { create: (context, request) => bind(context, request, request.name) },
  bindings: { create: (context, request) => bind(context, request, nameIn(request)) },
};
