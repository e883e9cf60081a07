// How long a request may take: `timeout` of the query, a minute at most. Models apiserver/pkg/endpoints/filters/request_deadline.go
import { badRequest } from '../../../kube/machinery/status-error.ts';
import { parseDuration } from '../serializer/go-values.ts';
import { infoOf, REQUEST_TIMEOUT_MS, type Filter } from './filter.ts';
import { isLongRunning } from './long-running.ts';

/** Throws StatusError 400 for a duration that is none. The clock runs only once something is waited for. */
export const requestDeadline: Filter = (exchange) => {
  if (isLongRunning(infoOf(exchange))) {
    exchange.timeoutMs = Number.POSITIVE_INFINITY;
    return undefined;
  }
  const given = exchange.query.get('timeout');
  if (!given) return undefined;
  const duration = parseDuration(given);
  if (typeof duration !== 'number') throw badRequest(`invalid timeout specified in the request URL - ${duration.problem}`);
  if (duration > 0 && duration < REQUEST_TIMEOUT_MS) exchange.timeoutMs = duration;
  return undefined;
};
