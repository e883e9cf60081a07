// The options of a request, from its query and, of deletions, its body. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation
import type { DeleteOptions } from '../../../kube/api/meta-v1.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { badRequest, invalid } from '../../../kube/machinery/status-error.ts';
import { isTrue } from '../filters/request-info.ts';
import type { ListParameters } from '../operations/read.ts';
import { decode, DecodeError } from '../../resources/decode.ts';
import type { FieldValidation } from '../request.ts';
import { integerOf } from '../serializer/go-values.ts';
import { parseObject, UnreadableBody, bodyFormatOf } from '../serializer/parse.ts';

interface Problem {
  readonly field: string;
  readonly reason: string;
  readonly detail: string;
}
const OPTIONS: Readonly<Record<string, string>> = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' };
const VALIDATIONS: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];
const LONGEST_MANAGER_BYTES = 128;
const quoted = (texts: readonly string[]): string => texts.map((each) => JSON.stringify(each)).join(', ');
const unsupportedValue = (field: string, value: unknown, supported: readonly string[]): Problem => ({
  field,
  reason: 'FieldValueNotSupported',
  detail: `Unsupported value: ${JSON.stringify(value)}: supported values: ${quoted(supported)}`,
});

export interface WriteParameters {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
}

/** Of creations, updates and patches. Throws StatusError 422. */
export function writeParameters(query: URLSearchParams, verb: string, isApply: boolean): WriteParameters {
  const fieldManager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const dryRun = query.getAll('dryRun').filter(Boolean);
  const problems: Problem[] = [];
  if (verb === 'patch' && !isApply && query.has('force'))
    problems.push({ field: 'force', reason: 'FieldValueForbidden', detail: 'Forbidden: may not be specified for non-apply patch' });
  if (isApply && fieldManager === '')
    problems.push({ field: 'fieldManager', reason: 'FieldValueRequired', detail: 'Required value: is required for apply patch' });
  if (Buffer.byteLength(fieldManager) > LONGEST_MANAGER_BYTES)
    problems.push({ field: 'fieldManager', reason: 'FieldValueTooLong', detail: `Too long: may not be more than ${LONGEST_MANAGER_BYTES} bytes` });
  problems.push(...dryRunProblems(dryRun));
  if (!VALIDATIONS.includes(validation)) problems.push(unsupportedValue('fieldValidation', validation, VALIDATIONS));
  if (problems.length) throw invalid({ group: 'meta.k8s.io', kind: OPTIONS[verb] ?? 'CreateOptions' }, '', problems);
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: (validation || 'Warn') as FieldValidation };
}

const dryRunProblems = (dryRun: readonly string[]): Problem[] => (dryRun.some((each) => each !== 'All') ? [unsupportedValue('dryRun', dryRun, ['All'])] : []);

/** Throws StatusError 400 for numbers that are none. */
export function listParameters(query: URLSearchParams): ListParameters {
  integerOf(query, 'timeoutSeconds');
  return {
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    limit: integerOf(query, 'limit') ?? 0,
    continue: query.get('continue') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
    sendInitialEvents: query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents')) : undefined,
  };
}

const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

export interface Deletion {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

/** A body counts alone; without one the query does. Throws StatusError 400, 415 or 422. */
export function deletion(body: Buffer, mediaType: string, query: URLSearchParams): Deletion {
  const options = body.length ? bodyOptions(body, mediaType) : queryOptions(query);
  const { propagationPolicy, orphanDependents } = options;
  const dryRun = options.dryRun ?? [];
  const problems: Problem[] = [];
  if (propagationPolicy !== undefined && orphanDependents !== undefined)
    problems.push({
      field: 'propagationPolicy',
      reason: 'FieldValueInvalid',
      detail: `Invalid value: ${JSON.stringify(propagationPolicy)}: orphanDependents and deletionPropagation cannot be both set`,
    });
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy))
    problems.push(unsupportedValue('propagationPolicy', propagationPolicy, [...POLICIES, 'nil']));
  problems.push(...dryRunProblems(dryRun));
  if (problems.length) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', problems);
  return { options, dryRun: dryRun.length > 0 };
}

function bodyOptions(body: Buffer, mediaType: string): DeleteOptions {
  let given: JsonObject;
  try {
    given = parseObject(body, bodyFormatOf(mediaType));
  } catch (error) {
    throw error instanceof UnreadableBody ? badRequest(error.message) : error;
  }
  const { kind, apiVersion } = given;
  if (typeof kind === 'string' && kind !== '' && kind !== 'DeleteOptions')
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion ?? '')} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  try {
    return decode(DELETE_OPTIONS, given).value as unknown as DeleteOptions;
  } catch (error) {
    throw error instanceof DecodeError ? badRequest(error.message) : error;
  }
}

function queryOptions(query: URLSearchParams): DeleteOptions {
  const grace = integerOf(query, 'gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  const dryRun = query.getAll('dryRun').filter(Boolean);
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(orphan === null ? {} : { orphanDependents: isTrue(orphan) }),
    ...(dryRun.length ? { dryRun } : {}),
  } as DeleteOptions;
}
