// The review kinds: who am I, what may I do, what may another do.
import type { SelfSubjectAccessReview, SubjectAccessReviewSpec } from '../../../kube/api/authorization-v1.ts';
import type { TokenReviewSpec } from '../../../kube/api/authentication-v1.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { badRequest } from '../../../kube/machinery/status-error.ts';
import type { TokenHolder } from '../authentication/request.ts';
import type { Attributes, Decision } from './attributes.ts';
import type { GrantedRule } from './rbac.ts';
import { decodeBody } from '../serializer/body.ts';
import { expectedOf, type SpecialHandlers } from '../handlers.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import type { UserInfo } from '../authentication/user.ts';

export interface ReviewServices {
  authorize(attributes: Attributes): Decision;
  rulesOf(user: UserInfo, namespace: string): Iterable<GrantedRule>;
  /** Undefined for a token nobody issued or that is no longer valid. */
  authenticateToken(token: string, audiences: readonly string[] | undefined): TokenHolder | undefined;
}

interface AccessSpec extends Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'> {}

function attributesOf(user: UserInfo, { resourceAttributes: resource, nonResourceAttributes: path }: AccessSpec): Attributes {
  return {
    user,
    verb: resource?.verb ?? path?.verb ?? '',
    namespace: resource?.namespace ?? '',
    group: resource?.group ?? '',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    name: resource?.name ?? '',
    isResource: resource !== undefined,
    path: path?.path ?? '',
  };
}

const created = (value: JsonValue): Answer => ({ kind: 'other', code: 201, value });
const body = <T>(request: ResourceRequest): T => decodeBody(expectedOf(request.resource), request.body, request.fieldValidation, request.warn) as unknown as T;
const statusOf = ({ allowed, reason }: Decision): JsonObject => ({ allowed, ...(reason ? { reason } : {}) });

function userValue({ name, uid, groups, extra }: UserInfo): JsonObject {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra && Object.keys(extra).length ? { extra } : {}) };
}

export function reviewHandlers(services: ReviewServices): SpecialHandlers {
  const access = (request: ResourceRequest, user: UserInfo | undefined, spec: AccessSpec, review: object): Answer => {
    if (!user) throw badRequest('spec.user or spec.groups is needed');
    return created({ ...review, status: statusOf(services.authorize(attributesOf(user, spec))) } as unknown as JsonObject);
  };
  const other = async (request: ResourceRequest): Promise<Answer> => {
    const review = body<{ spec: SubjectAccessReviewSpec }>(request);
    const { user, groups = [], uid, extra } = review.spec;
    return access(
      request,
      user || groups.length ? { name: user ?? '', groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) } : undefined,
      review.spec,
      review,
    );
  };
  return {
    'selfsubjectaccessreviews.authorization.k8s.io': {
      create: async (_context, request) => {
        const review = body<SelfSubjectAccessReview>(request);
        return access(request, request.user, review.spec, review);
      },
    },
    'subjectaccessreviews.authorization.k8s.io': { create: (_context, request) => other(request) },
    'localsubjectaccessreviews.authorization.k8s.io': { create: (_context, request) => other(request) },
    'selfsubjectrulesreviews.authorization.k8s.io': {
      create: async (_context, request) => {
        const review = body<{ spec: { namespace?: string } }>(request);
        const resourceRules: JsonObject[] = [];
        const nonResourceRules: JsonObject[] = [];
        for (const { rule } of services.rulesOf(request.user, review.spec.namespace ?? '')) {
          if (rule.nonResourceURLs?.length) nonResourceRules.push({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs });
          else
            resourceRules.push({
              verbs: rule.verbs,
              apiGroups: rule.apiGroups ?? [],
              resources: rule.resources ?? [],
              ...(rule.resourceNames?.length ? { resourceNames: rule.resourceNames } : {}),
            });
        }
        return created({ ...review, status: { resourceRules, nonResourceRules, incomplete: false } } as unknown as JsonObject);
      },
    },
    'selfsubjectreviews.authentication.k8s.io': {
      create: async (_context, request) => created({ ...body<object>(request), status: { userInfo: userValue(request.user) } } as unknown as JsonObject),
    },
    'tokenreviews.authentication.k8s.io': {
      create: async (_context, request) => {
        const review = body<{ spec: TokenReviewSpec }>(request);
        const { token, audiences } = review.spec;
        if (!token) throw badRequest('token is required for TokenReview in authentication');
        const holder = services.authenticateToken(token, audiences?.length ? audiences : undefined);
        const status = holder
          ? { authenticated: true, user: userValue(holder.user), audiences: holder.audiences }
          : { user: {}, error: '[invalid bearer token, token lookup failed]' };
        return created({ ...review, status } as unknown as JsonObject);
      },
    },
  };
}
