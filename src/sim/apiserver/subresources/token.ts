// Tokens of service accounts on request. Models kubernetes/pkg/registry/core/serviceaccount/storage/token.go
import { codecOf } from '../../resources/codec.ts';
import type { TokenRequest } from '../../../kube/api/authentication-v1.ts';
import type { ServiceAccount } from '../../../kube/api/core-v1.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { badRequest, conflict, invalid, notFound } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { ISSUER, type BoundObject, type TokenIssuer } from '../authentication/tokens.ts';
import type { ServerContext } from '../context.ts';
import { callOf, type SpecialHandlers } from '../handlers.ts';
import { readObject } from '../operations/read.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import { decodeBody, type Expected } from '../serializer/body.ts';

const TOKEN_REQUEST: Expected = { codec: codecOf('io.k8s.api.authentication.v1.TokenRequest'), kind: 'TokenRequest', groupVersion: 'authentication.k8s.io/v1' };
const SHORTEST_TOKEN_SECONDS = 600;
async function requestToken(context: ServerContext, request: ResourceRequest, tokens: TokenIssuer): Promise<Answer> {
  const account = readObject(context, { ...callOf(request), subresource: '' }) as unknown as ServiceAccount;
  const asked = decodeBody(TOKEN_REQUEST, request.body, request.fieldValidation, request.warn) as unknown as TokenRequest;
  const seconds = asked.spec.expirationSeconds ?? 3600;
  const refuse = (detail: string): Error =>
    invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      { field: 'spec.expirationSeconds', reason: 'FieldValueInvalid', detail: `Invalid value: ${seconds}: ${detail}` },
    ]);
  if (seconds < SHORTEST_TOKEN_SECONDS) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32) throw refuse('may not specify a duration larger than 2^32 seconds');
  const audiences = asked.spec.audiences?.length ? asked.spec.audiences : [ISSUER];
  let bound: BoundObject | undefined;
  const ref = asked.spec.boundObjectRef;
  if (ref) {
    const shelf = ({ Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as const)[ref.kind as 'Pod' | 'Secret' | 'Node'];
    if (!shelf) throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(request.name)} to object of type ${JSON.stringify(ref.kind)}`);
    const object = context.store.get(shelf, shelf === 'nodes' ? (ref.name ?? '') : `${request.namespace}/${ref.name ?? ''}`);
    if (!object) throw notFound({ group: '', resource: shelf }, ref.name ?? '');
    if (ref.uid && ref.uid !== object.metadata.uid)
      throw conflict(
        { group: '', resource: shelf },
        ref.name ?? '',
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    bound = { kind: ref.kind as BoundObject['kind'], name: ref.name ?? '', uid: object.metadata.uid ?? '' };
  }
  const { token, expiresAt } = tokens.issue(account, audiences, seconds, bound, context.random.uuid());
  const { name = '', namespace = '' } = account.metadata;
  return {
    kind: 'other',
    code: 201,
    value: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: formatTime(context.clock.now()) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: (ref ?? null) as unknown as JsonObject },
      status: { token, expirationTimestamp: formatTime(expiresAt) },
    },
  };
}

export const tokenHandlers = (tokens: TokenIssuer): SpecialHandlers => ({
  'serviceaccounts/token': { create: (context, request) => requestToken(context, request, tokens) },
});
