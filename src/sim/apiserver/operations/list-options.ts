// Which revision a list or watch asks for, and what may not be asked together.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation and apiserver/pkg/storage/continue.go
import { forbiddenValue, notSupported, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { badRequest, expired, invalid, StatusError } from '../../../kube/machinery/status-error.ts';
import { syntaxProblem } from '../../../kube/machinery/json-syntax.ts';
import type { SelectionText } from './selection.ts';

export interface ListParameters extends SelectionText {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
}

const MATCH = 'resourceVersionMatch';
const API_VERSION = 'meta.k8s.io/v1';

/** Throws StatusError 422 for options that contradict each other. */
export function validateListOptions(options: ListParameters, isWatch: boolean): void {
  const { resourceVersion = '', resourceVersionMatch: match = '', sendInitialEvents } = options;
  const errors: FieldError[] = isWatch && sendInitialEvents !== undefined ? validateInitialEvents(match) : [];
  if (isWatch && sendInitialEvents === undefined && match)
    errors.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (isWatch && match && match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (!isWatch && match) {
    if (!resourceVersion) errors.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (options.continue) errors.push(forbiddenValue(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && resourceVersion === '0') errors.push(forbiddenValue(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (!isWatch && sendInitialEvents !== undefined) errors.push(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (errors.length) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

const validateInitialEvents = (match: string): FieldError[] =>
  match ? [] : [forbiddenValue(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];

/** Undefined: whatever is newest. Throws StatusError: 400, and of watches a 500 that is nobody's reason. */
export function revisionAsked(resourceVersion: string | undefined, isWatch = false): number | undefined {
  if (resourceVersion === undefined || resourceVersion === '') return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    const shown = JSON.stringify(resourceVersion);
    const why = `resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`;
    throw isWatch ? new StatusError({ code: 500, reason: '', message: why }) : badRequest(`invalid resource version: ${why}`);
  }
  return Number(resourceVersion);
}

/** A revision from the future: the client saw another server's, or this one lost its data. */
export const tooLarge = (revision: number, current: number): StatusError =>
  new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${revision}, current: ${current}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });

/** Where a list goes on. */
export interface Continuation {
  /** -1: of the present, for clients that let too much time pass. */
  readonly revision: number;
  /** The last key that was told, inside the prefix that is listed. */
  readonly after: string;
}

export const continueToken = ({ revision, after }: Continuation): string =>
  Buffer.from(JSON.stringify({ v: API_VERSION, rv: revision, start: `${after}\0` })).toString('base64url');

/** Where Go finds fault with unpadded base64 for URLs; -1 where it does not. */
function illegalAt(token: string): number {
  const at = token.search(/[^\w-]/);
  return at < 0 && token.length % 4 === 1 ? token.length - 1 : at;
}

/** Throws StatusError 400. */
export function parseContinue(token: string): Continuation {
  const refuse = (why: string): StatusError => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const illegal = illegalAt(token);
  if (illegal >= 0) throw refuse(`illegal base64 data at input byte ${illegal}`);
  const text = Buffer.from(token, 'base64url').toString();
  const problem = syntaxProblem(text);
  if (problem !== undefined) throw refuse(problem);
  const parsed = JSON.parse(text) as { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown } | null;
  if (parsed?.v !== API_VERSION) throw refuse(`server does not recognize this encoded version ${JSON.stringify(parsed?.v ?? '')}`);
  if (typeof parsed.rv !== 'number' || !Number.isInteger(parsed.rv) || parsed.rv === 0)
    throw refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof parsed.start !== 'string' || parsed.start === '') throw refuse('encoded start key empty (version meta.k8s.io/v1)');
  return { revision: parsed.rv, after: parsed.start.replace(/\0$/, '') };
}

/** Refuses to go on with a list whose revision is no longer kept, with a token that goes on in the present. */
export const continueExpired = (after: string): StatusError => {
  const error = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return new StatusError({ code: error.code, reason: error.reason, message: error.message, metadata: { continue: continueToken({ revision: -1, after }) } });
};
