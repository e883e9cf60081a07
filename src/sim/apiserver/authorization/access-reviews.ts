// The review kinds: who am I, what may I do, what may another do.
import { parseFieldSelector, type FieldRequirement } from '../../../kube/machinery/selectors.ts';
import type { FieldSelectorAttributes, SelfSubjectAccessReview, SubjectAccessReviewSpec } from '../../../kube/api/authorization-v1.ts';
import type { TokenReviewSpec } from '../../../kube/api/authentication-v1.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { badRequest, invalid, StatusError } from '../../../kube/machinery/status-error.ts';
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
    ...(resource?.fieldSelector ? { selectedFields: selectedFieldsOf(resource.fieldSelector) } : {}),
  };
}

/** Requirements on one value are what authorizers look at. */
const selectedFieldsOf = ({ requirements = [], rawSelector }: FieldSelectorAttributes): readonly FieldRequirement[] =>
  rawSelector
    ? parseFieldSelector(rawSelector)
    : requirements.flatMap(({ key, operator, values = [] }) =>
        values.length === 1 && (operator === 'In' || operator === 'NotIn') ? [{ field: key, equals: operator === 'In', value: values[0] ?? '' }] : [],
      );

const created = (value: JsonValue): Answer => ({ kind: 'other', code: 201, value });
const body = <T>(request: ResourceRequest): T => decodeBody(expectedOf(request.resource), request.body, request.fieldValidation, request.warn) as unknown as T;
const statusOf = ({ allowed, reason }: Decision): JsonObject => ({ allowed, ...(reason ? { reason } : {}) });

function userValue({ name, uid, groups, extra }: UserInfo): JsonObject {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra && Object.keys(extra).length ? { extra } : {}) };
}

const GROUP = 'authorization.k8s.io';
/** Upstream forgets the kind in these. Throws StatusError 422 where anything is wrong. */
function refuseInvalid(problems: readonly { readonly field: string; readonly value: unknown; readonly why: string }[]): void {
  if (!problems.length) return;
  const errors = problems.map(({ field, value, why }) => ({ field, reason: 'FieldValueInvalid', detail: `Invalid value: ${JSON.stringify(value)}: ${why}` }));
  const { code, reason, message, details } = invalid({ group: GROUP, kind: '' }, '', errors);
  const { kind: _kind, ...rest } = details ?? {};
  throw new StatusError({ code, reason, message, details: rest });
}

interface WhoSpec extends AccessSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
}
type Problems = Parameters<typeof refuseInvalid>[0];

function accessProblems({ resourceAttributes, nonResourceAttributes: path }: AccessSpec): Problems {
  if (resourceAttributes && path)
    return [{ field: 'spec.nonResourceAttributes', value: goPath(path), why: 'cannot be specified in combination with resourceAttributes' }];
  if (!resourceAttributes && !path)
    return [{ field: 'spec.resourceAttributes', value: null, why: 'exactly one of nonResourceAttributes or resourceAttributes must be specified' }];
  return [];
}
const goPath = ({ path = '', verb = '' }: { readonly path?: string; readonly verb?: string }): object => ({ Path: path, Verb: verb });
const whoProblems = ({ user, groups = [] }: WhoSpec): Problems =>
  user || groups.length ? [] : [{ field: 'spec.user', value: user ?? '', why: 'at least one of user or group must be specified' }];
function localProblems({ resourceAttributes, nonResourceAttributes: path }: AccessSpec, namespace: string): Problems {
  const given = resourceAttributes?.namespace ?? '';
  return [
    ...(path ? [{ field: 'spec.nonResourceAttributes', value: goPath(path), why: 'disallowed on this kind of request' }] : []),
    ...(resourceAttributes && given !== namespace ? [{ field: 'spec.resourceAttributes.namespace', value: given, why: 'must match metadata.namespace' }] : []),
  ];
}

export function reviewHandlers(services: ReviewServices): SpecialHandlers {
  const access = (user: UserInfo, spec: AccessSpec, review: object): Answer =>
    created({ ...review, status: statusOf(services.authorize(attributesOf(user, spec))) } as unknown as JsonObject);
  const other = (review: { readonly spec: SubjectAccessReviewSpec }, more: Problems): Answer => {
    const { spec } = review;
    refuseInvalid([...accessProblems(spec), ...whoProblems(spec), ...more]);
    const { user: name = '', groups = [], uid, extra } = spec;
    return access({ name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }, spec, review);
  };
  return {
    'selfsubjectaccessreviews.authorization.k8s.io': {
      create: async (_context, request) => {
        const review = body<SelfSubjectAccessReview>(request);
        refuseInvalid(accessProblems(review.spec));
        return access(request.user, review.spec, review);
      },
    },
    'subjectaccessreviews.authorization.k8s.io': { create: async (_context, request) => other(body(request), []) },
    'localsubjectaccessreviews.authorization.k8s.io': {
      create: async (_context, request) => {
        const review = body<{ metadata: object; spec: SubjectAccessReviewSpec }>(request);
        return other(
          { ...review, metadata: { ...review.metadata, namespace: request.namespace } } as typeof review,
          localProblems(review.spec, request.namespace),
        );
      },
    },
    'selfsubjectrulesreviews.authorization.k8s.io': {
      create: async (_context, request) => {
        const review = body<{ spec: { namespace?: string } }>(request);
        if (!review.spec.namespace) throw badRequest('no namespace on request');
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
        return created({ ...review, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } } as unknown as JsonObject);
      },
    },
    'selfsubjectreviews.authentication.k8s.io': {
      create: async ({ clock }, request) =>
        created({
          ...body<object>(request),
          metadata: { creationTimestamp: formatTime(clock.now()) },
          status: { userInfo: userValue(request.user) },
        } as unknown as JsonObject),
    },
    'tokenreviews.authentication.k8s.io': {
      create: async (_context, request) => {
        const review = body<{ spec: TokenReviewSpec }>(request);
        const { token, audiences } = review.spec;
        if (!token) throw badRequest('token is required for TokenReview in authentication');
        const holder = services.authenticateToken(token, audiences?.length ? audiences : undefined);
        const status = holder
          ? { authenticated: true, user: userValue(holder.user), audiences: holder.audiences }
          : { user: {}, error: 'invalid bearer token' };
        return created({ ...review, status } as unknown as JsonObject);
      },
    },
  };
}
