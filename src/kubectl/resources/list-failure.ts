// A list that was refused, with what was looked for. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/helper.go (EnhanceListError)
import { isStatusError, StatusError } from '../../kube/machinery/status-error.ts';
import type { ListQuery } from '../client/resource-client.ts';
import { goQuote } from '../go-quote.ts';

/** Other failures stay what they are. */
export function listFailure(error: unknown, subject: string, { labelSelector = '', fieldSelector = '' }: ListQuery): unknown {
  if (!isStatusError(error) || (error.reason !== 'BadRequest' && error.reason !== 'NotFound')) return error;
  const head =
    labelSelector || fieldSelector
      ? `Unable to find ${goQuote(subject)} that match label selector ${goQuote(labelSelector)}, field selector ${goQuote(fieldSelector)}`
      : `Unable to list ${goQuote(subject)}`;
  return StatusError.fromStatus({ ...error.toStatus(), message: `${head}: ${error.message}` }, error.code);
}
