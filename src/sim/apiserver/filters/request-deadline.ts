// `timeout` of the query. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/request_deadline.go
import { badRequest } from '../../../kube/machinery/status-error.ts';
import { parseDuration } from '../serializer/go-values.ts';
import { infoOf, type Filter } from './filter.ts';

/** Requests are answered long before any deadline: only one that cannot be read is refused. */
export const requestDeadline: Filter = (exchange) => {
  const { verb } = infoOf(exchange);
  const given = exchange.query.get('timeout');
  if (!given || verb === 'watch') return;
  const duration = parseDuration(given);
  if (typeof duration !== 'number') throw badRequest(`invalid timeout specified in the request URL - ${duration.problem}`);
};
