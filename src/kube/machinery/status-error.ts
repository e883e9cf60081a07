// Failures of the Kubernetes API as the API states them. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go
import type { Status, StatusCause, StatusDetails } from '../api/meta-v1.ts';

export interface StatusErrorFields {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails;
  /** Of a list that cannot go on: the token with which it can. */
  readonly metadata?: { readonly continue?: string };
}

export class StatusError extends Error {
  readonly code: number;
  /** Machine-readable reason such as `NotFound`; empty where upstream leaves it so. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  readonly #metadata: { readonly continue?: string };

  constructor({ code, reason, message, details, metadata = {} }: StatusErrorFields) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.#metadata = metadata;
  }

  /** The wire form. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.#metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }

  static fromStatus(status: Partial<Status>, httpStatus: number): StatusError {
    return new StatusError({
      code: status.code ?? httpStatus,
      reason: status.reason ?? '',
      message: status.message ?? `the server answered with status ${httpStatus}`,
      ...(status.details ? { details: status.details } : {}),
    });
  }
}

export function isStatusError(error: unknown, reason?: string): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.reason === reason);
}
export const isNotFound = (error: unknown): error is StatusError => isStatusError(error, 'NotFound');
export const isConflict = (error: unknown): error is StatusError => isStatusError(error, 'Conflict');
export const isAlreadyExists = (error: unknown): error is StatusError => isStatusError(error, 'AlreadyExists');

interface Named {
  readonly group: string;
  readonly resource: string;
}
const qualified = ({ group, resource }: Named): string => (group ? `${resource}.${group}` : resource);
const detailsOf = ({ group, resource }: Named, name?: string): StatusDetails => ({ ...(name ? { name } : {}), ...(group ? { group } : {}), kind: resource });

export const notFound = (resource: Named, name: string): StatusError =>
  new StatusError({ code: 404, reason: 'NotFound', message: `${qualified(resource)} "${name}" not found`, details: detailsOf(resource, name) });

export const alreadyExists = (resource: Named, name: string): StatusError =>
  new StatusError({ code: 409, reason: 'AlreadyExists', message: `${qualified(resource)} "${name}" already exists`, details: detailsOf(resource, name) });

export const conflict = (resource: Named, name: string, why: string): StatusError =>
  new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details: detailsOf(resource, name),
  });

export const forbidden = (resource: Named, name: string, why: string): StatusError =>
  new StatusError({
    code: 403,
    reason: 'Forbidden',
    message:
      resource.resource === ''
        ? `forbidden: ${why}`
        : name
          ? `${qualified(resource)} "${name}" is forbidden: ${why}`
          : `${qualified(resource)} is forbidden: ${why}`,
    details: detailsOf(resource, name),
  });

export const badRequest = (message: string): StatusError => new StatusError({ code: 400, reason: 'BadRequest', message });

export const unauthorized = (): StatusError => new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });

export const methodNotSupported = (resource: Named, action: string): StatusError =>
  new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${action} is not supported on resources of kind "${qualified(resource)}"`,
    details: detailsOf(resource),
  });

/** A path nobody serves, and a method it has not. */
export const noSuchPath = (): StatusError =>
  new StatusError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
export const noSuchMethod = (): StatusError =>
  new StatusError({ code: 405, reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource', details: {} });

export const expired = (message: string): StatusError => new StatusError({ code: 410, reason: 'Expired', message });

export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: readonly StatusCause[]): StatusError =>
  new StatusError({
    code: 429,
    reason: 'TooManyRequests',
    message,
    details: { ...(causes ? { causes } : {}), ...(retryAfterSeconds ? { retryAfterSeconds } : {}) },
  });

export const unsupportedMediaType = (message: string): StatusError => new StatusError({ code: 415, reason: 'UnsupportedMediaType', message });

/** A deliberate gap, by name: it never pretends. */
export const unsupported = (what: string): StatusError =>
  new StatusError({ code: 501, reason: 'NotImplemented', message: `${what} is not supported by the ckadet simulator yet` });

export const internalError = (why: string): StatusError =>
  new StatusError({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${why}`, details: { causes: [{ message: why }] } });

/** Several field errors as one 422, with the sentence and the causes that kubectl prints. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly { readonly field: string; readonly reason: string; readonly detail: string }[],
): StatusError {
  const sentences = [...new Set(errors.map((each) => `${each.field}: ${each.detail}`))];
  const joined = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${kind.group ? `${kind.kind}.${kind.group}` : kind.kind} "${name}" is invalid: ${joined}`,
    details: {
      ...(name ? { name } : {}),
      ...(kind.group ? { group: kind.group } : {}),
      kind: kind.kind,
      causes: errors.map((each) => ({ reason: each.reason, message: each.detail, field: each.field })),
    },
  });
}
