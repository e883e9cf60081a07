// May they. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go
import { attributesOf } from '../authorization/attributes.ts';
import { refusalOf } from '../authorization/refusal.ts';
import { infoOf, type Filter } from './filter.ts';

/** Throws StatusError 403. */
export const authorization: Filter = (exchange) => {
  const attributes = attributesOf(exchange.user, infoOf(exchange), exchange.query.get('fieldSelector'));
  const decision = exchange.api.authorize(attributes);
  if (decision.allowed) return;
  exchange.headers['x-content-type-options'] = 'nosniff';
  throw refusalOf(attributes, decision.reason);
};
