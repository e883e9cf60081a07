// Who is calling. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go
import { authenticateRequest } from '../authentication/request.ts';
import type { Filter } from './filter.ts';

/** Throws StatusError 401 for credentials that are wrong; no credentials at all are those of the anonymous user. */
export const authentication: Filter = (exchange) => {
  exchange.user = authenticateRequest(exchange.api.authenticators, exchange.socket, exchange.request.headers);
};
